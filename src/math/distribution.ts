/** Distances of a next-token distribution from the uniform one, from its power sums (formulas.md §2.6, §2.8). */
import type { LogPowerSums, TokenDistribution } from '../scorer.js'

const BY_EXPONENT: ReadonlyMap<number, keyof LogPowerSums> = new Map([
  [0.25, 'quarter'],
  [0.5, 'half'],
  [0.75, 'threeQuarters'],
  [1.5, 'threeHalves'],
  [2, 'square'],
  [3, 'cube']
])

/** ln Σ p^exponent in nats. Throws RangeError for an exponent that is not kept. */
export function logPowerSum({ logPowerSums }: TokenDistribution, exponent: number): number {
  if (exponent === 1) return 0
  const name = BY_EXPONENT.get(exponent)
  if (name === undefined) throw new RangeError(`no power sum is kept for the exponent ${exponent}`)
  return logPowerSums[name]
}

/**
 * Rényi divergence D_α(q‖uniform) = ln V − H_α(q) in nats, in [0, ln V], of q ∝ p^(1/temperature). Larger is more peaked.
 * `alpha` is not 1; α and temperature must be such that α/temperature and 1/temperature are kept exponents.
 */
export function renyiDivergence(distribution: TokenDistribution, alpha: number, temperature: number): number {
  const logTotal = logPowerSum(distribution, 1 / temperature)
  const entropy = (logPowerSum(distribution, alpha / temperature) - alpha * logTotal) / (1 - alpha)
  const widest = Math.log(distribution.vocabulary)
  return Math.min(widest, Math.max(0, widest - entropy))
}

/**
 * Fisher–Rao distance (2/π)·arccos Σ √(q/V) to the uniform distribution, in [0, 1), of q ∝ p^(1/temperature) with
 * temperature 1 or 2. Larger is more peaked.
 */
export function fisherRao(distribution: TokenDistribution, temperature: number): number {
  const logTotal = logPowerSum(distribution, 1 / temperature)
  const roots = logPowerSum(distribution, 1 / (2 * temperature))
  const affinity = Math.exp(roots - (logTotal + Math.log(distribution.vocabulary)) / 2)
  return (2 / Math.PI) * Math.acos(Math.min(1, affinity))
}

/** KL(uniform‖p) in nats, ≥ 0: how far below an even share the entries lie on average. */
export function uniformDivergence({ meanLogprob, vocabulary }: TokenDistribution): number {
  return Math.max(0, -meanLogprob - Math.log(vocabulary))
}
