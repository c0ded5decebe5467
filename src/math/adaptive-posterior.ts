/** What counts say of the entropy behind them, as mean and spread instead of one number. */
import { sum } from './logprob.js'

/** Above this the asymptotic series are exact to the last digits. */
const SERIES_FROM = 10

/** ψ(x), the derivative of ln Γ(x), for x > 0. Recurrence up to 10, then the asymptotic series; error < 1e-12. */
export function digamma(x: number): number {
  let shifted = x
  let below = 0
  for (; shifted < SERIES_FROM; shifted++) below -= 1 / shifted
  const r = 1 / (shifted * shifted)
  const series = r * (1 / 12 - r * (1 / 120 - r * (1 / 252 - r * (1 / 240 - r * (1 / 132 - (r * 691) / 32760)))))
  return below + Math.log(shifted) - 0.5 / shifted - series
}

/** ψ₁(x), the derivative of ψ(x), for x > 0. Error < 1e-12. */
export function trigamma(x: number): number {
  let shifted = x
  let below = 0
  for (; shifted < SERIES_FROM; shifted++) below += 1 / (shifted * shifted)
  const r = 1 / (shifted * shifted)
  const series = r * (1 / 6 - r * (1 / 30 - r * (1 / 42 - r * (1 / 30 - r * (5 / 66 - (r * 691) / 2730)))))
  return below + 1 / shifted + r / 2 + series / shifted
}

/** Mean and standard deviation, in nats. */
export interface EntropyPosterior {
  readonly mean: number
  readonly sd: number
}

/**
 * Entropy of a distribution over K classes after these counts under a flat Dirichlet prior, a_k = n_k + 1 (Wolpert &
 * Wolf 1995, Phys. Rev. E 52:6841; formulas.md §13.1). A class that was never seen is a count of 0.
 * @param counts at least one, whole and ≥ 0
 */
export function entropyPosterior(counts: readonly number[]): EntropyPosterior {
  const a = counts.map((count) => count + 1)
  const total = sum(a)
  const top = digamma(total + 2)
  const shared = trigamma(total + 2)
  const mean = digamma(total + 1) - sum(a.map((one) => (one / total) * digamma(one + 1)))
  const cross = a.map((one) => one * (digamma(one + 1) - top))
  const pairs =
    sum(cross) ** 2 - sum(cross.map((one) => one * one)) - shared * (total ** 2 - sum(a.map((one) => one * one)))
  const own = sum(a.map((one) => one * (one + 1) * ((digamma(one + 2) - top) ** 2 + trigamma(one + 2) - shared)))
  const variance = (pairs + own) / (total * (total + 1)) - mean ** 2
  return { mean: Math.max(0, mean), sd: Math.sqrt(Math.max(0, variance)) }
}
