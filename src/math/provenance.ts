/**
 * Was a text drawn from a model? Tests of the hypothesis that every token was drawn from the model's whole distribution at
 * temperature 1 (formulas.md §11; arXiv 2501.02406).
 */
import type { DescribedToken } from '../scorer.js'
import { logPowerSum } from './distribution.js'
import { clampLogprob, logSumExp, mean, sum } from './logprob.js'
import { twoSidedTail } from './normal.js'

/** Bets of the mixture: positive ones win on text that is too surprising, negative ones on text too predictable. */
export const BETS = [0.25, 0.5, 0.75, -0.5, -1, -2] as const

/** One exponential test martingale: its expectation is 1 if the model wrote the text, so ln(1/δ) is passed with P ≤ δ. */
export interface EValue {
  readonly lambda: number
  readonly log: number
}

/** What is added up over the tokens of a text; all in nats. */
export interface Surprise {
  readonly tokens: number
  /** Mean NLL, the log-perplexity. */
  readonly meanNll: number
  /** Mean entropy: the mean NLL that the model's own text would have. */
  readonly meanEntropy: number
  /** Σ varentropy: the variance of Σ (nll − entropy) for the model's own text. */
  readonly variance: number
  /** Σ ln Σ p^(1−λ) for every bet. */
  readonly logMeans: readonly number[]
}

/** Adds up what the tests need, over at least one token. */
export function surpriseOf(tokens: readonly DescribedToken[]): Surprise {
  return {
    tokens: tokens.length,
    meanNll: mean(tokens.map(({ logprob }) => 0 - clampLogprob(logprob))),
    meanEntropy: mean(tokens.map(({ distribution }) => distribution.entropy)),
    variance: sum(tokens.map(({ distribution }) => distribution.varentropy)),
    logMeans: BETS.map((lambda) => sum(tokens.map(({ distribution }) => logPowerSum(distribution, 1 - lambda))))
  }
}

/** ln E_λ = λ Σ nll − Σ ln Σ p^(1−λ) for every bet, for a text whose mean NLL is `meanNll`. */
export function eValues({ tokens, logMeans }: Surprise, meanNll: number): readonly EValue[] {
  return BETS.map((lambda, at) => ({ lambda, log: lambda * tokens * meanNll - logMeans[at]! }))
}

/** ln of the mean of the bets: an e-value again. Its p-value is min(1, exp(−ln Ē)), valid at any length of the text. */
export function logMixture(values: readonly EValue[]): number {
  return logSumExp(values.map(({ log }) => log)) - Math.log(values.length)
}

/**
 * The martingale z-score N·S/√Σv with S = mean NLL − mean entropy, and its two-sided p-value. A limit theorem: good from
 * about 50 tokens on. Null when the model leaves nothing to chance.
 */
export function zTest({ tokens, meanNll, meanEntropy, variance }: Surprise): { z: number; pValue: number } | null {
  if (variance <= 0) return null
  const z = (tokens * (meanNll - meanEntropy)) / Math.sqrt(variance)
  return { z, pValue: twoSidedTail(z) }
}

/** Steps of a bisection that ends at float64's resolution. */
const HALVINGS = 60
const LARGEST_NLL = 100

/**
 * The values of S nearest to 0, below and above, at which the mixture rejects at `level` for a text of this length under
 * these distributions. Null where no text can get there: S cannot fall below −mean entropy.
 */
export function detectable(surprise: Surprise, level: number): { below: number | null; above: number | null } {
  const rejects = (statistic: number): boolean =>
    logMixture(eValues(surprise, surprise.meanEntropy + statistic)) >= -Math.log(level)
  return {
    below: boundary(rejects, -surprise.meanEntropy),
    above: boundary(rejects, LARGEST_NLL - surprise.meanEntropy)
  }
}

/** Where `rejects` turns true between 0 and `far`; the mixture is convex in S and at most 1 at S = 0. */
function boundary(rejects: (statistic: number) => boolean, far: number): number | null {
  if (!rejects(far)) return null
  let [inside, outside] = [0, far]
  for (let halving = 0; halving < HALVINGS; halving++) {
    const middle = (inside + outside) / 2
    if (rejects(middle)) outside = middle
    else inside = middle
  }
  return outside
}
