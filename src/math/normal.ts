/** Terms after which both expansions of erfc have converged to float64 where they are used. */
const TERMS = 80
/** Below it the series is used, above it the continued fraction. */
const CROSSOVER = 2

/** erf(x) by its Maclaurin series, for small x. */
function erfSeries(x: number): number {
  let term = x
  let total = x
  for (let n = 1; n < TERMS; n++) {
    term *= (-x * x) / n
    total += term / (2 * n + 1)
  }
  return (2 / Math.sqrt(Math.PI)) * total
}

/** erfc(x) by Laplace's continued fraction, for large x. */
function erfcFraction(x: number): number {
  let tail = x
  for (let n = TERMS; n > 0; n--) tail = x + n / 2 / tail
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * tail)
}

/** P(|Z| ≥ |z|) of a standard normal Z, in [0, 1]. Relative error below 1e-12 for |z| < 38, beyond which it is 0. */
export function twoSidedTail(z: number): number {
  const x = Math.abs(z) / Math.SQRT2
  return x < CROSSOVER ? 1 - erfSeries(x) : erfcFraction(x)
}

/** z with P(|Z| ≥ z) = 5 %. */
export const Z_AT_5_PERCENT = 1.959963984540054
