/** Picks the next token of a row from the statistics of one run: greedy, the whole distribution, or a truncated one. */
import type { Decoding } from '../engine.js'
import type { RunResult } from './decoder.js'
import { temper, topIndexes } from './logits.js'
import { drawNucleus } from './nucleus.js'

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

function topCandidatesOfAll(logprobs: Float32Array, decoding: Decoding, topK: number): Candidates {
  const tempered = temper(logprobs, decoding.temperature)
  const ids = topIndexes(tempered, topK)
  return { ids, probabilities: ids.map((id) => tempered[id]!) }
}

/** A truncated draw over the whole row of log-probabilities. */
function drawFromAll(logprobs: Float32Array, decoding: Decoding, u: number): number {
  if (decoding.topK === null) return drawNucleus(logprobs, decoding.temperature, decoding.topP, u)
  const all = topCandidatesOfAll(logprobs, decoding, decoding.topK)
  return all.ids[pick(all, keptCount(all.probabilities, decoding, true)!, u)]!
}

/**
 * Draws for the wanted distribution `index`. `topCount` is the width of the run's top lists; `fullRow` yields the whole
 * row of log-probabilities, which a truncated draw needs when the kept entries reach beyond the top list.
 */
export function draw(
  result: RunResult,
  index: number,
  topCount: number,
  decoding: Decoding,
  u: number,
  fullRow: () => Float32Array
): Drawn {
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
  const id = drawFromAll(logprobs, decoding, u)
  return { id, logprob: logprobs[id]! }
}
