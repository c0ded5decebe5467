/** Split-conformal quantiles and p-values (formulas.md §7.1 and §18). Scores are uncertainties: higher is worse. */
import { binomialCdf } from './binomial.js'

/** (n + 1)(1 − alpha) lands a hair above a whole number in floating point; this is more than that hair. */
const RANK_GUARD = 1e-9

/** The rank-th smallest score, or +Infinity for a rank above the sample. */
function atRank(scores: readonly number[], rank: number): number {
  return Float64Array.from(scores).sort()[rank - 1] ?? Number.POSITIVE_INFINITY
}

/** Rank k = ⌈(n + 1)(1 − alpha)⌉ of the conformal quantile, from 1; above n means that n scores are too few. */
export function conformalRank(n: number, alpha: number): number {
  return Math.max(1, Math.ceil((n + 1) * (1 - alpha) - RANK_GUARD))
}

/**
 * The k-th smallest score, k = ⌈(n + 1)(1 − alpha)⌉, or +Infinity when k > n. A fresh exchangeable score lies at or
 * below it with probability ≥ 1 − alpha.
 * @param scores in any order, finite
 * @param alpha tolerated share above the quantile, in (0, 1)
 */
export function conformalQuantile(scores: readonly number[], alpha: number): number {
  return atRank(scores, conformalRank(scores.length, alpha))
}

/**
 * The smallest order statistic that covers 1 − alpha of fresh scores with confidence `level` over the calibration
 * draw, or +Infinity when even the largest score does not. Coverage at rank k is Beta(k, n + 1 − k) (Vovk 2012).
 * @param level confidence in (0, 1)
 */
export function toleranceQuantile(scores: readonly number[], alpha: number, level: number): number {
  const n = scores.length
  let low = 1
  let high = n + 1
  while (low < high) {
    const rank = Math.floor((low + high) / 2)
    if (binomialCdf(rank - 1, n, 1 - alpha) >= level) high = rank
    else low = rank + 1
  }
  return atRank(scores, low)
}

/**
 * Conformal p-value (1 + #{calibration ≥ score}) / (n + 1), in (0, 1]: small means more uncertain than right answers
 * usually are. Accepting when it exceeds alpha is the same as comparing with `conformalQuantile`.
 * @param sortedCalibration uncertainties in ascending order
 */
export function conformalPValue(sortedCalibration: readonly number[], score: number): number {
  const n = sortedCalibration.length
  let low = 0
  let high = n
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sortedCalibration[middle]! < score) low = middle + 1
    else high = middle
  }
  return (1 + n - low) / (n + 1)
}
