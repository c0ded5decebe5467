/** Variation ratios of several answers (formulas.md §5; Huang et al. 2023, arXiv 2307.10236) and how texts differ. */
import { meaningKey } from './clusters.js'
import { COMPARED_WORDS, commonWords, indexWords, rougeL, type WordIndex } from './lexical.js'
import { mean } from './logprob.js'
import { words } from './words.js'

/** Distances of n texts, n×n, in [0, 1], symmetric, 0 on the diagonal. */
export type Distances = readonly (readonly number[])[]

/** VR: mean distance over all pairs of different places. At least two texts. */
export function variationRatio(distances: Distances): number {
  return mean(distances.flatMap((row, i) => row.filter((_, j) => j !== i)))
}

/** VRO: mean distance of the others to the text at place 0. At least two texts. */
export function variationRatioToFirst(distances: Distances): number {
  return mean((distances[0] ?? []).slice(1))
}

/** Distances from cosines: what points the other way is as far as can be. */
export function cosineDistances(cosines: readonly (readonly number[])[]): Distances {
  return cosines.map((row, i) => row.map((value, j) => (i === j ? 0 : Math.min(1, Math.max(0, 1 - value)))))
}

function distancesOf<T>(texts: readonly string[], read: (text: string) => T, distance: (a: T, b: T) => number) {
  const items = texts.map(read)
  return items.map((a, i) => items.map((b, j) => (texts[i] === texts[j] ? 0 : distance(a, b))))
}

const indexOf = (text: string): WordIndex => indexWords(words(text, COMPARED_WORDS).words)

/** 1 − ROUGE-L F1 of every two texts. */
export function lexicalDistances(texts: readonly string[]): Distances {
  return distancesOf(texts, indexOf, (a, b) => 1 - rougeL(a, b))
}

/** Share of the shorter text's words that the longer one lacks in that order: a short answer lies in a long one. */
function uncontained(a: WordIndex, b: WordIndex): number {
  const shorter = Math.min(a.words.length, b.words.length)
  if (shorter === 0) return a.words.length === b.words.length ? 0 : 1
  return 1 - commonWords(a, b) / shorter
}

/** 1 − ROUGE-L containment of every two texts. */
export function containmentDistances(texts: readonly string[]): Distances {
  return distancesOf(texts, indexOf, uncontained)
}

/** 0 for texts that are the same apart from white space and a final full stop, else 1. */
export function exactDistances(texts: readonly string[]): Distances {
  return distancesOf(texts, meaningKey, (a, b) => (a === b ? 0 : 1))
}
