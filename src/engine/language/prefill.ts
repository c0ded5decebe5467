/** Running a prompt, or a text to score, through the model in chunks, so that running rows never wait for long. */
import type { Decoder, RunResult, Wanted } from './decoder.js'
import type { PromptCache } from './prompt-cache.js'
import { Slab } from './slab.js'

/** Tokens per chunk; with many wanted distributions fewer, to bound the memory of vocabulary-wide rows. */
const CHUNK_TOKENS = 128
const SCORING_CHUNK_TOKENS = 64
/** Attention takes queries in blocks of twice the head size, or fewer: any multiple of this. */
const QUERY_BLOCK = 32

/** A sequence to run, and the distributions wanted on the way. */
export interface PrefillTask {
  readonly ids: readonly number[]
  /** Like `Wanted`, with positions counted from the start of the sequence, ascending. */
  readonly wanted: Wanted
  /** True when rows are started from it, so that it waits for free rows. */
  readonly startsRows: boolean
  /** Leading tokens worth keeping for later requests. */
  readonly cacheTokens: number
  cancelled: boolean
  /** Answers of a chunk: `first` is the index of its first wanted distribution. */
  onRun(result: RunResult, first: number, count: number): void
  onDone(slab: Slab, reusedTokens: number): void
  onError(error: unknown): void
}

export interface Prefill {
  readonly task: PrefillTask
  readonly slab: Slab
  readonly reused: number
  stored: number
}

/** Starts a task on top of the longest cached prefix. At least two tokens and every wanted position are run afresh. */
export function startPrefill(task: PrefillTask, decoder: Decoder, cache: PromptCache): Prefill {
  const slab = new Slab(decoder.shape, 1, task.ids.length)
  const limit = Math.min(task.wanted.positions[0] ?? task.ids.length, task.ids.length - 2)
  const found = limit > 0 ? cache.longestPrefix(task.ids, limit) : null
  if (found !== null) slab.copyFrom(found.prompt.slab, 0, 0, found.length)
  return { task, slab, reused: found?.length ?? 0, stored: found?.length ?? 0 }
}

/**
 * Length of the next chunk. No chunk leaves a query alone in its block, which would take another attention kernel: the
 * numbers would then depend on how a sequence was cut, and so on what was cached.
 */
export function chunkLength(remaining: number, wantedCount: number): number {
  const limit = wantedCount > SCORING_CHUNK_TOKENS ? SCORING_CHUNK_TOKENS : CHUNK_TOKENS
  if (remaining <= limit) return remaining > QUERY_BLOCK && remaining % QUERY_BLOCK === 1 ? remaining - 2 : remaining
  return remaining - limit === 1 ? limit - 1 : limit
}

function slice(wanted: Wanted, from: number, to: number, start: number): Wanted {
  const within = <T>(values: readonly T[]) => values.slice(from, to)
  return {
    positions: within(wanted.positions).map((position) => position - start),
    targets: within(wanted.targets),
    temperatures: within(wanted.temperatures),
    uniforms: within(wanted.uniforms),
    topCount: wanted.topCount,
    full: wanted.full.filter((index) => index >= from && index < to).map((index) => index - from)
  }
}

const NO_CACHE = new Float32Array(0)

/** Runs one chunk and stores its K/V. Returns how many tokens it ran. */
export async function runChunk(prefill: Prefill, decoder: Decoder): Promise<number> {
  const { task, slab, stored } = prefill
  const steps = chunkLength(task.ids.length - stored, task.wanted.positions.length)
  const first = task.wanted.positions.findIndex((position) => position >= stored)
  const from = first < 0 ? task.wanted.positions.length : first
  const count = task.wanted.positions.slice(from).filter((position) => position < stored + steps).length
  const cache = stored === 0 ? { tensors: slab.view(1).tensors.map(() => NO_CACHE), capacity: 0 } : slab.view(1)
  const ids = task.ids.slice(stored, stored + steps)
  const wanted = slice(task.wanted, from, from + count, stored)
  const result = await decoder.run({ ids, rows: 1, steps, lengths: [stored], cache, wanted })
  slab.append(result.newCache, [stored], steps)
  prefill.stored += steps
  if (count > 0) task.onRun(result, from, count)
  return steps
}

/** Ends a task: keeps its leading tokens for later requests and hands the K/V on. */
export function finishPrefill(prefill: Prefill, decoder: Decoder, cache: PromptCache): void {
  const { task, slab } = prefill
  if (task.cacheTokens > 0) cache.add({ ids: task.ids.slice(0, task.cacheTokens), slab: trimmed(slab, task, decoder) })
  task.onDone(slab, prefill.reused)
}

function trimmed(slab: Slab, task: PrefillTask, decoder: Decoder): Slab {
  if (task.cacheTokens === task.ids.length) return slab
  const kept = new Slab(decoder.shape, 1, task.cacheTokens)
  kept.copyFrom(slab, 0, 0, task.cacheTokens)
  return kept
}
