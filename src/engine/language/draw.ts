/** Picks the next token of a row from the statistics of one run: greedy, the whole distribution, or a truncated one. */
import type { Decoding } from '../engine.js'
import type { RunResult } from './decoder.js'
import { temper, topIndexes } from './logits.js'

/** Entries fetched for rows that truncate; a nucleus beyond them is found in the whole row. */
export const TRUNCATION_TOP = 64

export interface Drawn {
  readonly id: number
  /** At temperature 1, of the whole distribution. */
  readonly logprob: number
}

interface Candidates {
  readonly ids: readonly number[]
  readonly probabilities: readonly number[]
}

/** True when the row keeps only part of the vocabulary. */
export function truncates(decoding: Decoding): boolean {
  return decoding.temperature > 0 && (decoding.topP < 1 || decoding.topK !== null)
}

/** How many of `probabilities`, descending, are kept: top-k first, then the smallest prefix with mass ≥ top-p of it. Null when they are too few to tell. */
function keptCount(probabilities: readonly number[], decoding: Decoding, complete: boolean): number | null {
  const k = decoding.topK ?? Number.POSITIVE_INFINITY
  const within = probabilities.slice(0, Math.min(k, probabilities.length))
  if (within.length < k && !complete && decoding.topK !== null) return null
  const mass = decoding.topK === null ? 1 : within.reduce((sum, each) => sum + each, 0)
  if (decoding.topP >= 1) return complete || decoding.topK !== null ? within.length : null
  let cumulative = 0
  for (let at = 0; at < within.length; at++) {
    cumulative += within[at]!
    if (cumulative >= decoding.topP * mass) return at + 1
  }
  return complete || decoding.topK !== null ? within.length : null
}

function pick(candidates: Candidates, count: number, u: number): number {
  const mass = candidates.probabilities.slice(0, count).reduce((sum, each) => sum + each, 0)
  let cumulative = 0
  for (let at = 0; at < count; at++) {
    cumulative += candidates.probabilities[at]!
    if (cumulative > u * mass) return at
  }
  return count - 1
}

function topCandidates(result: RunResult, index: number, topCount: number): Candidates {
  const from = index * topCount
  return {
    ids: result.topIds.slice(from, from + topCount),
    probabilities: Array.from(result.topTempered.subarray(from, from + topCount))
  }
}

/**
 * The entries that can be kept, most probable first. All entries below (1 − p) / V together hold less than 1 − p, so none
 * of them is in the nucleus: sorting the others alone is exact, and they are few unless the distribution is flat.
 */
function fullCandidates(logprobs: Float32Array, decoding: Decoding): Candidates {
  const tempered = temper(logprobs, decoding.temperature)
  const floor = (1 - decoding.topP) / tempered.length
  const ids = decoding.topK === null ? entriesAbove(tempered, floor) : topIndexes(tempered, decoding.topK)
  return { ids, probabilities: ids.map((id) => tempered[id]!) }
}

function entriesAbove(probabilities: Float64Array, floor: number): number[] {
  const ids: number[] = []
  for (let id = 0; id < probabilities.length; id++) if (probabilities[id]! >= floor) ids.push(id)
  return ids.sort((a, b) => probabilities[b]! - probabilities[a]! || a - b)
}

/**
 * Draws for the wanted distribution `index`. `topCount` is the width of the run's top lists; `fullRow` yields the whole
 * row of log-probabilities, which a truncated draw needs when the kept entries reach beyond the top list.
 */
export function draw(result: RunResult, index: number, topCount: number, decoding: Decoding, u: number, fullRow: () => Float32Array): Drawn {
  const from = index * topCount
  if (decoding.temperature === 0) return { id: result.topIds[from]!, logprob: result.topLogprobs[from]! }
  if (!truncates(decoding)) return { id: result.sampleIds[index]!, logprob: result.sampleLogprobs[index]! }
  const top = topCandidates(result, index, topCount)
  const kept = keptCount(top.probabilities, decoding, false)
  if (kept !== null) {
    const at = pick(top, kept, u)
    return { id: top.ids[at]!, logprob: result.topLogprobs[from + at]! }
  }
  const logprobs = fullRow()
  const all = fullCandidates(logprobs, decoding)
  const id = all.ids[pick(all, keptCount(all.probabilities, decoding, true)!, u)]!
  return { id, logprob: logprobs[id]! }
}
