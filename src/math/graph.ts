/** Scores of a graph whose nodes are answers and whose weights say how close they are (Lin et al. 2023). */
import { symmetricEigen, type Eigen } from './eigen.js'
import { mean, sum } from './logprob.js'

/** N×N, symmetric, in [0, 1], with 1 on the diagonal. */
export type Weights = readonly (readonly number[])[]

/** Weight of each answer to all, itself included, over N: 1 when all are alike, 1/N when none is. */
export function degrees(weights: Weights): number[] {
  return weights.map(mean)
}

/** Eigenvalues in [0, 2] and eigenvectors of the normalised Laplacian I − D^−½ W D^−½. */
export function laplacianSpectrum(weights: Weights): Eigen {
  const roots = weights.map((row) => Math.sqrt(sum(row)))
  return symmetricEigen(
    weights.map((row, i) => row.map((weight, j) => (i === j ? 1 : 0) - weight / (roots[i]! * roots[j]!)))
  )
}

/** Σ max(0, 1 − λ): a continuous count of the groups, 1 when all answers are alike, N when none is. */
export function groupCount({ values }: Pick<Eigen, 'values'>): number {
  const count = sum(values.map((value) => Math.max(0, 1 - value)))
  return Math.min(values.length, Math.max(1, count))
}

/** Eigenvalues are rounded to this before they meet the threshold, so that a group of equal ones stays together. */
const EIGENVALUE_STEP = 1e-9

/**
 * Distance of each answer from the centre of all, in the space of the eigenvectors whose eigenvalue is below
 * `threshold`; 0 when all are alike.
 */
export function distancesFromCentre({ values, vectors }: Eigen, threshold: number): number[] {
  const kept = vectors.filter((_, k) => Math.round(values[k]! / EIGENVALUE_STEP) * EIGENVALUE_STEP < threshold)
  const centred = kept.map((vector) => {
    const centre = sum([...vector]) / vector.length
    return vector.map((value) => value - centre)
  })
  return values.map((_, j) => Math.hypot(...centred.map((vector) => vector[j]!)))
}
