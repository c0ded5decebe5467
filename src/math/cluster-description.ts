import { sum } from './logprob.js'
import { shares, type ClusterMasses } from './semantic-entropy.js'

/** One meaning among the samples, for a reader. */
export interface ClusterDescription {
  readonly size: number
  /** Probability of the meaning, as the entropy weighs it; shares sum to 1. */
  readonly share: number
  /** Likelihood mass before rescaling; null when clusters are weighted by count. */
  readonly mass: number | null
  /** The most frequent text of the cluster. */
  readonly text: string
}

/** Most frequent of at least one text; the first in alphabetical order among equals, so that order does not matter. */
export function mostFrequent(texts: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1)
  return [...counts].reduce((a, b) => (b[1] > a[1] || (b[1] === a[1] && b[0] < a[0]) ? b : a))[0]
}

/** Clusters with the largest share first. `byLikelihood` false weighs them by count. */
export function describeClusters(
  texts: readonly string[],
  assignment: readonly number[],
  masses: ClusterMasses,
  byLikelihood: boolean
): ClusterDescription[] {
  const total = sum(masses.sizes)
  const share = byLikelihood ? shares(masses.logMasses) : masses.sizes.map((size) => size / total)
  return masses.sizes
    .map((size, k) => ({
      size,
      share: share[k]!,
      mass: byLikelihood ? Math.exp(masses.logMasses[k]!) : null,
      text: mostFrequent(texts.filter((_, i) => assignment[i] === k))
    }))
    .sort((a, b) => b.share - a.share || b.size - a.size || (a.text < b.text ? -1 : 1))
}
