import { defineScorer, Unscorable, type AnswerEntailment, type Entailment, type ScoredSample } from '../src/scorer.js'
import { meaningKey } from '../src/math/clusters.js'
import { mean, sum } from '../src/math/logprob.js'
import { sampleNlls, sampleTokenWarnings, truncatedSamples } from '../src/math/sequence.js'

/** A wording that was sampled. */
interface Reference {
  /** Per-token likelihood of its likeliest draw. */
  readonly weight: number
  /** How near the answer it lies, in [0, 1]. */
  readonly kernel: number
}

const squaredDistance = ({ contradiction, neutral }: Entailment): number => contradiction + neutral / 2

function references(
  samples: readonly ScoredSample[],
  nlls: readonly number[],
  { forward, backward }: AnswerEntailment
): readonly Reference[] {
  const drawn = new Map<string, { likelihoods: number[]; kernels: number[] }>()
  samples.forEach(({ text }, i) => {
    const key = meaningKey(text)
    const known = drawn.get(key) ?? { likelihoods: [], kernels: [] }
    known.likelihoods.push(Math.exp(-nlls[i]!))
    known.kernels.push(1 - (squaredDistance(forward[i]!) + squaredDistance(backward[i]!)) / 2)
    drawn.set(key, known)
  })
  return [...drawn.values()].map(({ likelihoods, kernels }) => ({
    weight: likelihoods.reduce((a, b) => Math.max(a, b)),
    kernel: mean(kernels)
  }))
}

/**
 * 1 − Σ w·k / Σ w over the distinct wordings that were sampled: w their per-token likelihood, k = 1 − (c + n/2) their
 * nearness to the answer, both directions averaged. It judges this answer, not the question. As in the authors' code
 * the answer counts only if it was sampled; lm-polygraph always adds it, UQLM compares one way.
 */
export default defineScorer({
  name: 'semantic_density',
  summary: 'How far the answer lies from where the likely sampled answers crowd.',
  reference: 'Qiu and Miikkulainen 2024, arXiv 2405.13845',
  needs: ['samples.logprobs', 'answer.entailment'],
  unit: 'ratio',
  range: [0, 1],
  direction: 'higher_is_more_uncertain',
  cost: { generations: 11, entailment_pairs: 20 },
  score(evidence) {
    const samples = evidence['samples.logprobs']
    const nlls = sampleNlls(samples, 'mean')
    if (nlls === null) {
      throw new Unscorable('empty_sample', 'There is no sample, or one of them has no tokens to score.')
    }
    const distinct = references(samples, nlls, evidence['answer.entailment'])
    const density =
      sum(distinct.map(({ weight, kernel }) => weight * kernel)) / sum(distinct.map(({ weight }) => weight))
    return {
      value: Math.min(1, Math.max(0, 1 - density)),
      detail: { density, samples: samples.length, distinct: distinct.length },
      warnings: [...truncatedSamples(samples), ...sampleTokenWarnings(samples)]
    }
  }
})
