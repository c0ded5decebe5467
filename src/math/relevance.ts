import type { Token } from '../scorer.js'
import { clampLogprob, logSumExp, mean, sum } from './logprob.js'
import { similarityOf } from './cosine.js'

/** TokenSAR of one text and the shares behind it. */
export interface WeighedNll {
  /** Σ w_t · (−ln p_t) in nats, between the smallest and the largest token NLL. */
  readonly value: number
  /** One share per token, adding up to 1; the end token's is 0. */
  readonly weights: readonly number[]
  /** True when no deletion changed the meaning, so that every token weighs the same. */
  readonly uniform: boolean
}

/**
 * Mean token NLL weighted by relevance (formulas.md §2.10). Where no token matters, all weigh the same; peers divide by
 * zero there. Null when there is no token but the end.
 * @param relevance one number in [0, 1] per token
 */
export function weighedNll(tokens: readonly Token[], relevance: readonly number[]): WeighedNll | null {
  const counts = tokens.map(({ end }) => (end ? 0 : 1))
  if (sum(counts) === 0) return null
  const relevances = counts.map((count, i) => count * (relevance[i] ?? 0))
  const uniform = !(sum(relevances) > 0)
  const shares = uniform ? counts : relevances
  const total = sum(shares)
  const weights = shares.map((share) => share / total)
  return { value: 0 - sum(tokens.map(({ logprob }, i) => weights[i]! * clampLogprob(logprob))), weights, uniform }
}

/**
 * Mean over i of −ln( p_i + (1/t) Σ_{j≠i} g_ij p_j ) in nats: the surprise of each sample once what agrees with it counts
 * for it (formulas.md §2.10). May be negative, because agreement is multiplied by 1/t. Summed in log space.
 * @param logprobs ln p_i, at least one
 * @param cosines N×N in [−1, 1]; the diagonal is not read
 * @param temperature t > 0
 */
export function supportedSurprise(
  logprobs: readonly number[],
  cosines: readonly (readonly number[])[],
  temperature: number
): number {
  const surprises = logprobs.map((own, i) => {
    const support = logprobs.flatMap((other, j) =>
      i === j ? [] : [Math.log(similarityOf(cosines[i]![j]!)) + other - Math.log(temperature)]
    )
    return -logSumExp([own, ...support])
  })
  return mean(surprises)
}

/** The option of scorers that let samples support each other. */
export const SUPPORT_TEMPERATURE_OPTION = {
  type: 'number',
  exclusiveMinimum: 0,
  maximum: 1,
  default: 0.001,
  description: 'How little the support of similar samples is held back: it enters divided by this number.'
} as const
