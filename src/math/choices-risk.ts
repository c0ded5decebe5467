/** Expected risk from a multiple-choice question or from two digits (formulas.md §10; folktexts, arXiv 2407.14614). */
import { sum } from './logprob.js'

/** Below this the model does not state a number, and what digits it would write says little. */
export const LEAST_DIGIT_MASS = 0.1

const POSITIVE = new Set(['yes', 'true'])

/**
 * Values of two options when none are given: 1 for the one that reads "yes" or "true", else for the first; the other is
 * 0. Null for more options, as nothing tells what each is worth.
 */
export function binaryValues(choices: readonly string[]): readonly number[] | null {
  if (choices.length !== 2) return null
  const positive = choices.findIndex((choice) => POSITIVE.has(choice.trim().toLowerCase().replace(/\.$/u, '')))
  return choices.map((_, i) => (i === Math.max(0, positive) ? 1 : 0))
}

/** Mean of the numbers 0.00 … 0.99, weighted by the mass of their digits. */
export interface DigitExpectation {
  /** In [0, 0.99]. */
  readonly value: number
  /** Standard deviation of the number under the same weights. */
  readonly deviation: number
  /** Probability that two digits follow at all, in (0, 1]. */
  readonly mass: number
}

/**
 * The expected number, given that two digits follow "0.". Peers decode the digits greedily, which loses that 0.39 and
 * 0.40 are next to each other. Null when digits have no mass. `masses[i][j]`: digit i, then digit j.
 */
export function expectDigits(masses: readonly (readonly number[])[]): DigitExpectation | null {
  const cells = masses.flatMap((row, i) => row.map((mass, j) => ({ mass, number: (10 * i + j) / 100 })))
  const total = sum(cells.map(({ mass }) => mass))
  if (!(total > 0)) return null
  const value = sum(cells.map(({ mass, number }) => (mass / total) * number))
  const variance = sum(cells.map(({ mass, number }) => (mass / total) * (number - value) ** 2))
  return { value, deviation: Math.sqrt(variance), mass: total }
}
