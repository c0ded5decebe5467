import { entropy, entropyOfCounts } from './entropy.js'
import { logSumExp, mean, sum } from './logprob.js'

/** What the samples say of each cluster: ln of its likelihood mass, and how many samples it holds. */
export interface ClusterMasses {
  readonly logMasses: readonly number[]
  readonly sizes: readonly number[]
}

/** ln Σ exp(log-likelihood) and size of every cluster. Both lists are as long as the number of samples. */
export function clusterMasses(assignment: readonly number[], logLikelihoods: readonly number[]): ClusterMasses {
  const members: number[][] = []
  assignment.forEach((cluster, sample) => (members[cluster] ??= []).push(logLikelihoods[sample]!))
  return { logMasses: members.map(logSumExp), sizes: members.map((list) => list.length) }
}

/**
 * Takes repeats of a text out of the likelihood masses: the most probable copy keeps its log-likelihood, the others
 * get −∞. Without this a text that was drawn twice weighs twice.
 */
export function countedOnce(texts: readonly string[], logLikelihoods: readonly number[]): number[] {
  const kept = new Map<string, number>()
  texts.forEach((text, i) => {
    const best = kept.get(text)
    if (best === undefined || logLikelihoods[i]! > logLikelihoods[best]!) kept.set(text, i)
  })
  return logLikelihoods.map((value, i) => (kept.get(texts[i]!) === i ? value : -Infinity))
}

/** Cluster probabilities: masses rescaled to one. */
export function shares(logMasses: readonly number[]): number[] {
  const total = logSumExp(logMasses)
  return logMasses.map((mass) => Math.exp(mass - total))
}

const weighted = (weights: readonly number[], values: readonly number[]): number =>
  sum(values.map((value, k) => weights[k]! * value))

/**
 * Semantic entropy as papers and libraries compute it (formulas.md §3.3), in nats. `rao` and `discrete` are entropies,
 * within [0, ln K]; the others are unbounded estimates that a weight on masses above one can push below zero.
 */
export const SEMANTIC_ENTROPIES = {
  /** Entropy of the rescaled masses: Farquhar et al. 2024. */
  rao: ({ logMasses }: ClusterMasses): number => entropy(shares(logMasses)),
  /** Entropy of the cluster counts: Farquhar et al. 2024, without log-probabilities. */
  discrete: ({ sizes }: ClusterMasses): number => entropyOfCounts(sizes),
  /** Mean over clusters of −ln mass: Kuhn et al. 2023, without the constant that their code subtracts. */
  kuhn: ({ logMasses }: ClusterMasses): number => -mean(logMasses),
  /** Mean over samples of −ln mass of their cluster: lm-polygraph. */
  sample_mean: ({ logMasses, sizes }: ClusterMasses): number => -weighted(sizes, logMasses) / sum(sizes),
  /** −ln of the mean mass: UQ-NLG. */
  log_mean: ({ logMasses }: ClusterMasses): number => Math.log(logMasses.length) - logSumExp(logMasses),
  /** Rescaled weights on −ln mass as it is: SDLG. */
  share_weighted: ({ logMasses }: ClusterMasses): number => -weighted(shares(logMasses), logMasses),
  /** −Σ mass · ln mass, each cluster once. */
  direct: ({ logMasses }: ClusterMasses): number => -weighted(logMasses.map(Math.exp), logMasses),
  /** The same with each cluster counted once per sample, as lm-polygraph's "direct" estimator does. */
  direct_per_sample: ({ logMasses, sizes }: ClusterMasses): number =>
    -weighted(
      sizes.map((size, k) => size * Math.exp(logMasses[k]!)),
      logMasses
    )
} as const

export type SemanticEntropyVariant = keyof typeof SEMANTIC_ENTROPIES
