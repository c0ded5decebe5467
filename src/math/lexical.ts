import { words } from './words.js'

/** Words of each text that are compared; the cost of a comparison grows with their square. */
export const COMPARED_WORDS = 512

/** A text made ready for many comparisons: where each of its words stands, one bit per position. */
export interface WordIndex {
  readonly words: readonly string[]
  readonly bits: ReadonlyMap<string, Uint32Array>
}

/** Index over a list of words. */
export function indexWords(list: readonly string[]): WordIndex {
  const bits = new Map<string, Uint32Array>()
  list.forEach((word, position) => {
    const row = bits.get(word) ?? new Uint32Array(Math.ceil(list.length / 32))
    row[position >>> 5]! |= 1 << (position & 31)
    bits.set(word, row)
  })
  return { words: list, bits }
}

function addRow(state: Uint32Array, row: Uint32Array): void {
  let carry = 0
  for (let i = 0; i < state.length; i++) {
    const total = state[i]! + ((state[i]! & row[i]!) >>> 0) + carry
    carry = total > 0xffffffff ? 1 : 0
    state[i] = total | (state[i]! & ~row[i]!)
  }
}

function zeroBits(state: Uint32Array): number {
  let zeros = 0
  for (let rest of state) for (rest = ~rest; rest !== 0; rest &= rest - 1) zeros++
  return zeros
}

/**
 * Length of the longest common subsequence of two word lists, by Hyyrö's bit-parallel recurrence: 32 cells of the
 * classic table per step, which is what keeps a hundred samples of a request cheap.
 */
export function commonWords(a: WordIndex, b: WordIndex): number {
  const state = new Uint32Array(Math.ceil(a.words.length / 32)).fill(0xffffffff)
  for (const word of b.words) {
    const row = a.bits.get(word)
    if (row !== undefined) addRow(state, row)
  }
  return zeroBits(state)
}

/** ROUGE-L F1 of two word lists, in [0, 1]. Two empty lists are alike: 1. */
export function rougeL(a: WordIndex, b: WordIndex): number {
  if (a.words.length + b.words.length === 0) return 1
  return (2 * commonWords(a, b)) / (a.words.length + b.words.length)
}

/** Which overlap of two texts is measured: longest common subsequence, single words, or pairs of words. */
export type Rouge = 'rougeL' | 'rouge1' | 'rouge2'

/** How often each run of `length` words occurs. */
function runs(list: readonly string[], length: number): Map<string, number> {
  const counts = new Map<string, number>()
  for (let i = 0; i + length <= list.length; i++) {
    const run = list.slice(i, i + length).join(' ')
    counts.set(run, (counts.get(run) ?? 0) + 1)
  }
  return counts
}

/**
 * ROUGE-N F1 of two word lists, in [0, 1]: runs of `length` words in common, each as often as both have it. Lists that
 * are both too short for a run are compared as wholes.
 */
export function rougeN(a: readonly string[], b: readonly string[], length: number): number {
  const total = Math.max(0, a.length - length + 1) + Math.max(0, b.length - length + 1)
  if (total === 0) return a.join(' ') === b.join(' ') ? 1 : 0
  const [ofA, ofB] = [runs(a, length), runs(b, length)]
  let common = 0
  for (const [run, count] of ofA) common += Math.min(count, ofB.get(run) ?? 0)
  return (2 * common) / total
}

const OVERLAP: Readonly<Record<Rouge, (a: WordIndex, b: WordIndex) => number>> = {
  rougeL: rougeL,
  rouge1: (a, b) => rougeN(a.words, b.words, 1),
  rouge2: (a, b) => rougeN(a.words, b.words, 2)
}

/** Mean overlap of texts, and how many of them differ. */
export interface LexicalSimilarity {
  readonly similarity: number
  readonly distinct: number
  /** True when a text was longer than `COMPARED_WORDS`, so that only its beginning was compared. */
  readonly cut: boolean
}

interface Distinct {
  readonly text: string
  readonly index: WordIndex
  readonly cut: boolean
  readonly count: number
}

function distinctTexts(texts: readonly string[]): readonly Distinct[] {
  const counts = new Map<string, number>()
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1)
  return [...counts].map(([text, count]) => {
    const read = words(text, COMPARED_WORDS)
    return { text, index: indexWords(read.words), cut: read.cut, count }
  })
}

/**
 * Mean over i < j of the overlap, in [0, 1]. Equal texts count as 1 and each distinct text is compared once.
 * @param texts at least two
 */
export function meanPairwiseSimilarity(texts: readonly string[], by: Rouge = 'rougeL'): LexicalSimilarity {
  const items = distinctTexts(texts)
  let total = 0
  items.forEach((a, i) => {
    total += (a.count * (a.count - 1)) / 2
    for (const b of items.slice(i + 1)) total += a.count * b.count * OVERLAP[by](a.index, b.index)
  })
  const pairs = (texts.length * (texts.length - 1)) / 2
  return { similarity: total / pairs, distinct: items.length, cut: items.some((item) => item.cut) }
}

/**
 * Mean overlap of `texts` with one more text, in [0, 1]; equal texts count as 1.
 * @param texts at least one
 */
export function meanSimilarityTo(reference: string, texts: readonly string[], by: Rouge): LexicalSimilarity {
  const items = distinctTexts(texts)
  const [own] = distinctTexts([reference])
  const total = items.reduce(
    (sum, { text, index, count }) => sum + count * (text === reference ? 1 : OVERLAP[by](own!.index, index)),
    0
  )
  return {
    similarity: total / texts.length,
    distinct: items.length,
    cut: own!.cut || items.some((item) => item.cut)
  }
}
