/** Seeded draws from a Dirichlet distribution. */

/** A standard normal number: Marsaglia's polar method. */
function normal(random: () => number): number {
  for (;;) {
    const u = 2 * random() - 1
    const v = 2 * random() - 1
    const s = u * u + v * v
    if (s > 0 && s < 1) return u * Math.sqrt((-2 * Math.log(s)) / s)
  }
}

/** Gamma(shape, 1) for shape ≥ 1: Marsaglia and Tsang, A simple method for generating gamma variables, 2000. */
export function drawGamma(shape: number, random: () => number): number {
  const d = shape - 1 / 3
  const c = 1 / Math.sqrt(9 * d)
  for (;;) {
    const x = normal(random)
    const v = (1 + c * x) ** 3
    if (v > 0 && Math.log(1 - random()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v
  }
}

/** A point of the simplex from Dirichlet(`weights`), each weight ≥ 1. */
export function drawDirichlet(weights: readonly number[], random: () => number): number[] {
  const parts = weights.map((weight) => drawGamma(weight, random))
  const total = parts.reduce((sum, part) => sum + part, 0)
  return parts.map((part) => part / total)
}
