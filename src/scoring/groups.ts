import { mostFrequent } from '../math/cluster-description.js'
import { meaningKey } from '../math/clusters.js'
import type { Facts } from './facts.js'

/** Samples that say the same. */
export interface Group {
  /** The most frequent of their texts, as the clusters of a score show it. */
  readonly text: string
  readonly size: number
  /** Whether the answer is known to say it too. */
  readonly holdsAnswer: boolean
}

/** Samples by meaning where scorers compared meanings, else by wording; largest first, then in order of appearance. */
export function groupSamples({ answer, samples, clusters }: Facts): readonly Group[] {
  if (samples === null) return []
  const keys = samples.map((sample) => meaningKey(sample.generation.text))
  const labels: readonly (number | string)[] = clusters === null ? keys : clusters.assignment.slice(0, keys.length)
  const answerKey = answer === null ? null : meaningKey(answer.generation.text)
  const answerLabel =
    clusters?.answerIncluded === true
      ? clusters.assignment.at(-1)
      : answerKey === null
        ? undefined
        : labels[keys.indexOf(answerKey)]
  return [...new Set(labels)]
    .map((label) => ({
      text: mostFrequent(samples.filter((_, i) => labels[i] === label).map((sample) => sample.generation.text)),
      size: labels.filter((each) => each === label).length,
      holdsAnswer: label === answerLabel
    }))
    .toSorted((a, b) => b.size - a.size)
}
