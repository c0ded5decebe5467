/** Log-probabilities at or below this are not told apart: a censored token enters sums with this value. In nats. */
export const LOWEST_LOGPROB = -100

/** A log-probability brought into [−100, 0], in nats. NaN counts as unknown and becomes the floor. */
export function clampLogprob(logprob: number): number {
  return logprob > LOWEST_LOGPROB ? Math.min(0, logprob) : LOWEST_LOGPROB
}

/** ln Σ exp(values), without overflow; −∞ for no values. */
export function logSumExp(values: readonly number[]): number {
  const largest = values.reduce((a, b) => Math.max(a, b), -Infinity)
  if (largest === -Infinity) return -Infinity
  return largest + Math.log(values.reduce((total, value) => total + Math.exp(value - largest), 0))
}

/** Σ values; 0 for no values. */
export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

/** Arithmetic mean; NaN for no values, so callers decide first what an empty list means. */
export function mean(values: readonly number[]): number {
  return sum(values) / values.length
}

/** Standard error of the mean, from the sample variance (n − 1); null for fewer than two values. */
export function standardError(values: readonly number[]): number | null {
  if (values.length < 2) return null
  const centre = mean(values)
  const variance = sum(values.map((value) => (value - centre) ** 2)) / (values.length - 1)
  return Math.sqrt(variance / values.length)
}
