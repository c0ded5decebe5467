/**
 * The binomial distribution, exact to about 1e-13 and stable for n up to 1e5 and beyond: the head of a tail comes from
 * Loader's saddle-point form (Fast and Accurate Computation of Binomial Probabilities, 2000), the rest from ratios.
 */

const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI)
/** Below this the correction is computed from the factorial itself; above it the series is exact to 1e-14. */
const SERIES_FROM = 16

/** ln n! minus Stirling's formula, for n ≥ 1. */
function stirlingError(n: number): number {
  if (n >= SERIES_FROM) {
    const square = n * n
    return (1 / 12 - (1 / 360 - (1 / 1260 - 1 / 1680 / square) / square) / square) / n
  }
  let factorial = 1
  for (let i = 2; i <= n; i++) factorial *= i
  return Math.log(factorial) - (n + 0.5) * Math.log(n) + n - HALF_LOG_TWO_PI
}

/** x ln(x/m) + m − x without cancellation where x is close to m. */
function deviance(x: number, m: number): number {
  if (Math.abs(x - m) >= 0.1 * (x + m)) return x * Math.log(x / m) + m - x
  const v = (x - m) / (x + m)
  let sum = (x - m) * v
  let term = 2 * x * v
  for (let j = 3; ; j += 2) {
    term *= v * v
    const next = sum + term / j
    if (next === sum) return sum
    sum = next
  }
}

/** ln P(X = k) in nats, X ~ Binomial(n, p), q = 1 − p given apart so that a tiny p or q keeps its digits. */
function logMass(k: number, n: number, p: number, q: number): number {
  if (k === 0) return n * (p < 0.5 ? Math.log1p(-p) : Math.log(q))
  if (k === n) return n * (q < 0.5 ? Math.log1p(-q) : Math.log(p))
  return (
    stirlingError(n) -
    stirlingError(k) -
    stirlingError(n - k) -
    deviance(k, n * p) -
    deviance(n - k, n * q) +
    0.5 * Math.log(n / k / (n - k)) -
    HALF_LOG_TWO_PI
  )
}

/** P(X ≤ k) where k is at or below the mean, so that the terms fall away from k. */
function lowerTail(k: number, n: number, p: number, q: number): number {
  let term = 1
  let sum = 1
  for (let i = k; i > 0 && term > sum * 1e-17; i--) {
    term *= (i * q) / ((n - i + 1) * p)
    sum += term
  }
  return Math.exp(logMass(k, n, p, q) + Math.log(sum))
}

/**
 * P(X ≤ k) for X ~ Binomial(n, p).
 * @param k whole number of successes; below 0 gives 0, n and above give 1
 * @param n whole number of trials, ≥ 0
 * @param p probability of success in [0, 1]
 */
export function binomialCdf(k: number, n: number, p: number): number {
  if (k < 0) return 0
  if (k >= n || p <= 0) return 1
  if (p >= 1) return 0
  return k <= n * p ? lowerTail(k, n, p, 1 - p) : Math.max(0, 1 - lowerTail(n - k - 1, n, 1 - p, p))
}

/**
 * Clopper–Pearson upper bound of an error rate: the r with P(X ≤ errors | n, r) = delta. The true rate exceeds it with
 * probability ≤ delta over draws. 1 when every trial was an error, or none was made.
 */
export function clopperPearsonUpper(errors: number, n: number, delta: number): number {
  if (errors >= n) return 1
  if (errors === 0) return -Math.expm1(Math.log(delta) / n)
  let low = errors / n
  let high = 1
  for (let middle = (low + high) / 2; middle > low && middle < high; middle = (low + high) / 2) {
    if (binomialCdf(errors, n, middle) > delta) low = middle
    else high = middle
  }
  return high
}
