/** Inverse entropy over paraphrases (formulas.md §9; Song et al. 2025, arXiv 2506.09684). Matrices are m×m, by rows. */
import { mean, sum } from './logprob.js'
import { drawIndex, seededRandom } from './random.js'

type Matrix = readonly (readonly number[])[]

/** A cosine in [−1, 1] as an affinity in [0, 1], (1 + cos) / 2: the paper's, where its code takes |cos|. */
export function affinityOf(cosineOfTwo: number): number {
  return (1 + Math.max(-1, Math.min(1, cosineOfTwo))) / 2
}

/** Every row brought to sum 1; a row without any mass becomes uniform. */
export function rowNormalised(affinity: Matrix): Matrix {
  return affinity.map((row) => {
    const total = sum(row)
    return row.map((value) => (total > 0 ? value / total : 1 / row.length))
  })
}

function product(a: Matrix, b: Matrix): Matrix {
  return a.map((row) => b.map((_, j) => row.reduce((total, value, k) => total + value * b[k]![j]!, 0)))
}

/** −Σ p ln p of values that need not sum to one. */
function unnormalisedEntropy(values: readonly number[]): number {
  return 0 - sum(values.map((p) => (p > 0 ? p * Math.log(p) : 0)))
}

/** Diagonal of P_y P_x: how likely the walk prompt → reply → prompt comes home, from each prompt. */
export function returnProbabilities(prompts: Matrix, replies: Matrix): readonly number[] {
  return replies.map((row, i) => row.reduce((total, value, k) => total + value * prompts[k]![i]!, 0))
}

/** Read-outs of one draw of replies. */
export interface InverseEntropy {
  /** −Σ Q_ii ln Q_ii with Q = P_y P_x, in (0, m/e]. */
  readonly value: number
  /** The same sum over P(y_i | x_i). */
  readonly niEntropy: number
  /** Distance between the values of P(X) and those of P(Y), sorted: Wasserstein-1. */
  readonly wasserstein: number
  readonly maxReplyProbability: number
  /** Largest Q_ii: above 1/e the value falls where it should rise. */
  readonly largestReturn: number
}

/** @param prompts P_x and @param replies P_y, both row-normalised and of the same size, at least 1 */
export function inverseEntropy(prompts: Matrix, replies: Matrix): InverseEntropy {
  const m = prompts.length
  const returns = returnProbabilities(prompts, replies)
  const posterior = product(replies, prompts)
  const replyMass = columnMeans(replies)
  const promptMass = prompts.map((_, i) => sum(posterior.map((row, j) => replyMass[j]! * row[i]!)))
  const diagonal = returns.map((value, i) => (promptMass[i]! > 0 ? (value * replyMass[i]!) / promptMass[i]! : 1 / m))
  return {
    value: unnormalisedEntropy(returns),
    niEntropy: unnormalisedEntropy(diagonal),
    wasserstein: wasserstein(promptMass, replyMass),
    maxReplyProbability: Math.max(...replyMass),
    largestReturn: Math.max(...returns)
  }
}

function columnMeans(matrix: Matrix): readonly number[] {
  return matrix.map((_, j) => mean(matrix.map((row) => row[j]!)))
}

/** Wasserstein-1 distance between two lists of equally many values. */
function wasserstein(a: readonly number[], b: readonly number[]): number {
  const ascending = (values: readonly number[]) => values.toSorted((x, y) => x - y)
  const sorted = ascending(b)
  return mean(ascending(a).map((value, i) => Math.abs(value - sorted[i]!)))
}

/**
 * Means of the read-outs over `draws` draws of one reply per prompt.
 * @param prompts P_x, row-normalised
 * @param replies places of each prompt's replies in `affinity`, at least one per prompt
 * @param affinity of the distinct replies, not normalised
 */
export function bootstrapInverseEntropy(
  prompts: Matrix,
  replies: readonly (readonly number[])[],
  affinity: Matrix,
  draws: number,
  seed: number
): InverseEntropy {
  const random = seededRandom(seed)
  const all = Array.from({ length: draws }, () => {
    const drawn = replies.map((list) => list[drawIndex(random, list.length)]!)
    return inverseEntropy(prompts, rowNormalised(drawn.map((i) => drawn.map((j) => affinity[i]![j]!))))
  })
  const meanOf = (of: (one: InverseEntropy) => number): number => mean(all.map(of))
  return {
    value: meanOf((one) => one.value),
    niEntropy: meanOf((one) => one.niEntropy),
    wasserstein: meanOf((one) => one.wasserstein),
    maxReplyProbability: meanOf((one) => one.maxReplyProbability),
    largestReturn: Math.max(...all.map((one) => one.largestReturn))
  }
}

/** Whether values at ascending temperatures rise at every step; null for fewer than two. A tie is no rise. */
export function risesThroughout(values: readonly number[]): boolean | null {
  return values.length < 2 ? null : values.slice(1).every((value, i) => value > values[i]!)
}

/**
 * Temperature sensitivity of uncertainty: share of questions whose uncertainty rises at every step of the temperature,
 * in [0, 1]. One row per question, ascending temperatures, at least two; null without rows.
 */
export function tsu(rows: readonly (readonly number[])[]): number | null {
  return rows.length === 0 ? null : rows.filter((row) => risesThroughout(row) === true).length / rows.length
}
