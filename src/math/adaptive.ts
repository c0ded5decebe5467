/**
 * When to stop drawing samples. A rule looks at the meaning of every sample drawn so far, in the order in which they
 * were drawn: equal labels, equal meaning (formulas.md §13.1).
 */
import { entropyPosterior } from './adaptive-posterior.js'

/** True once no further sample is needed. `labels[i]` is the meaning of sample i. */
export type StoppingRule = (labels: readonly number[]) => boolean

/** Sizes of the groups of equal labels, largest first. */
export function countsOf(labels: readonly number[]): readonly number[] {
  const counts = new Map<number, number>()
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1)
  return [...counts.values()].sort((a, b) => b - a)
}

/**
 * P(p > ½) under Beta(first + 1, second + 1): how probable it is that the more frequent of two meanings leads in truth.
 * In [½, 1] for first ≥ second ≥ 0, both whole. The integral is a finite sum of binomial terms.
 */
export function leadProbability(first: number, second: number): number {
  const draws = first + second + 1
  let term = 2 ** -draws
  let total = term
  for (let j = 1; j <= first; j++) {
    term *= (draws - j + 1) / j
    total += term
  }
  return Math.min(1, total)
}

/** Longest stretch of equal labels that follow one another; 0 for none. */
export function longestRun(labels: readonly number[]): number {
  let longest = 0
  let run = 0
  labels.forEach((label, i) => {
    run = label === labels[i - 1] ? run + 1 : 1
    longest = Math.max(longest, run)
  })
  return longest
}

/**
 * Rules by name, each with its threshold.
 * `beta`: the two largest meanings leave `threshold` probability that the first leads (Aggarwal et al. 2023, arXiv
 * 2305.11860). `window`: `threshold` samples in a row agree (Li et al. 2024, arXiv 2401.10480). `entropy`: the posterior
 * of the entropy over meanings, one unseen meaning included, has a standard deviation of at most `threshold` nats (after
 * arXiv 2504.03579).
 */
export const STOPPING_RULES = {
  beta:
    (threshold: number): StoppingRule =>
    (labels) => {
      const [first = 0, second = 0] = countsOf(labels)
      return first > second && leadProbability(first, second) >= threshold
    },
  window:
    (threshold: number): StoppingRule =>
    (labels) =>
      longestRun(labels) >= threshold,
  entropy:
    (threshold: number): StoppingRule =>
    (labels) =>
      labels.length > 0 && entropyPosterior([...countsOf(labels), 0]).sd <= threshold
} as const

export type StoppingRuleName = keyof typeof STOPPING_RULES

/** Thresholds that apply when a request names none. */
export const STOPPING_THRESHOLDS: Readonly<Record<StoppingRuleName, number>> = { beta: 0.95, window: 5, entropy: 0.1 }

/**
 * Fewest further samples after which `isSettled` could hold: as many as must join the largest meaning, repeat the last
 * one, or each bring a new one. `most` when none up to it suffice. Drawing so many at once draws none that a rule asked
 * after every single sample would have spared.
 */
export function leastFurther(labels: readonly number[], most: number, isSettled: StoppingRule): number {
  const unused = Math.max(-1, ...labels) + 1
  const rest = Array.from({ length: Math.max(0, most - 1) }, (_, i) => i)
  const futures = [rest.map(() => largestOf(labels)), rest.map(() => labels.at(-1) ?? 0), rest.map((i) => unused + i)]
  for (const i of rest) {
    if (futures.some((future) => isSettled([...labels, ...future.slice(0, i + 1)]))) return i + 1
  }
  return most
}

function largestOf(labels: readonly number[]): number {
  const size = (label: number): number => labels.filter((each) => each === label).length
  return labels.reduce((best, label) => (size(label) > size(best) ? label : best), labels[0] ?? 0)
}
