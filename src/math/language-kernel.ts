/** Kernel language entropy (formulas.md §3.5; Nikitin et al. 2024, arXiv 2405.20003). */
import type { Entailment } from '../scorer.js'
import { labelOf } from './clusters.js'
import { symmetricEigen } from './eigen.js'
import { entropy } from './entropy.js'
import { sum } from './logprob.js'

/** How the graph is smoothed: exp(−tL), or (2ν/κ² · I + L)^−ν. */
export type Kernel =
  | { readonly name: 'heat'; readonly t: number }
  | { readonly name: 'matern'; readonly nu: number; readonly kappa: number }

/** What a comparison adds to the weight of two answers: by its most probable class, or by the probabilities. */
export type ComparisonWeight = 'one_hot' | 'probabilities'

const OF_LABEL = { entailment: 1, neutral: 0.5, contradiction: 0 } as const

function weightOf(verdict: Entailment, by: ComparisonWeight): number {
  return by === 'one_hot' ? OF_LABEL[labelOf(verdict)] : verdict.entailment + verdict.neutral / 2
}

/** Symmetric weights in [0, 2]: both directions added. The diagonal is 0, as a Laplacian does not see it. */
export function semanticWeights(matrix: readonly (readonly Entailment[])[], by: ComparisonWeight): number[][] {
  const directed = matrix.map((row) => row.map((verdict) => weightOf(verdict, by)))
  return directed.map((row, i) => row.map((weight, j) => (i === j ? 0 : weight + directed[j]![i]!)))
}

/** The kernel's factor for an eigenvalue of the Laplacian, relative to that of 0; scale does not matter to the entropy. */
function factor(eigenvalue: number, kernel: Kernel): number {
  const value = Math.max(0, eigenvalue)
  if (kernel.name === 'heat') return Math.exp(-kernel.t * value)
  const base = (2 * kernel.nu) / kernel.kappa ** 2
  return Math.exp(-kernel.nu * Math.log1p(value / base))
}

/**
 * Von Neumann entropy in nats of the kernel over the graph, brought to unit trace with equal diagonal: [0, ln N].
 * @param weights symmetric, N×N, zero diagonal
 */
export function kernelEntropy(weights: readonly (readonly number[])[], kernel: Kernel): number {
  const laplacian = weights.map((row, i) => row.map((weight, j) => (i === j ? sum(row) : -weight)))
  const { values, vectors } = symmetricEigen(laplacian)
  const factors = values.map((value) => factor(value, kernel))
  const smoothed = weights.map((_, i) => {
    const scaled = vectors.map((vector, k) => factors[k]! * vector[i]!)
    return combine(scaled, vectors)
  })
  const roots = smoothed.map((row, i) => Math.sqrt(row[i]!))
  const size = weights.length
  const unit = smoothed.map((row, i) => Array.from(row, (value, j) => value / (roots[i]! * roots[j]! * size)))
  return entropyOf(symmetricEigen(unit).values)
}

/** Σ factors[k] · vectors[k]. */
function combine(factors: readonly number[], vectors: readonly Float64Array[]): Float64Array {
  const total = new Float64Array(vectors.length)
  vectors.forEach((vector, k) => {
    const by = factors[k]!
    for (let j = 0; j < total.length; j++) total[j]! += by * vector[j]!
  })
  return total
}

function entropyOf(eigenvalues: readonly number[]): number {
  return eigenvalues.some(Number.isNaN) ? NaN : entropy(eigenvalues)
}

/** The entropy of `count` answers that all entail each other: not 0, and far from it when there are few. In nats. */
export function kernelEntropyOfAgreement(count: number, kernel: Kernel): number {
  const rest = factor(2 * count, kernel)
  const trace = 1 + (count - 1) * rest
  return entropy([1 / trace, ...Array.from({ length: count - 1 }, () => rest / trace)])
}
