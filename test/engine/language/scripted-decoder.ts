import type { GenerateRequest, GenerateResult, Row } from '../../../src/engine/engine.js'
import type { Decoder, Run, RunResult } from '../../../src/engine/language/decoder.js'
import { generate } from '../../../src/engine/language/generate.js'
import type { JobHandle, LanguageModel } from '../../../src/engine/language/language-model.js'
import { LanguageLoop } from '../../../src/engine/language/loop.js'
import type { LoopSettings } from '../../../src/engine/language/loop-settings.js'
import { PromptCache } from '../../../src/engine/language/prompt-cache.js'
import { RunMeter } from '../../../src/engine/run-meter.js'
import { sampled } from './under-test.js'

export const SHAPE = { layers: 1, kvHeads: 2, headDim: 1, vocabulary: 128 } as const
/** Tokens that a draw may end in; what a row is asked for starts above them. */
const SPREAD = 64

/** A run as the model saw it: the whole history of every row, read back from the cache. */
export interface SeenRun {
  readonly kind: 'prefill' | 'decode'
  readonly histories: readonly (readonly number[])[]
}

/** The next token of a history at a draw u in [0, 1): any function will do, so long as every token of it matters. */
export function nextToken(history: readonly number[], u: number): number {
  const hash = history.reduce((state, id) => (Math.imul(state, 31) + id + 1) >>> 0, 7)
  return (hash + Math.floor(u * 4) * 17) % SPREAD
}

/** Keys hold the token, values its negative: whoever mixes rows, heads or positions up is found out. */
function historyOf({ cache, ids, lengths, steps }: Run, row: number): number[] {
  const [keys, values] = cache.tensors as [Float32Array, Float32Array]
  const stored = Array.from({ length: lengths[row]! }, (_, at) => {
    const heads = [0, 1].map((head) => (row * SHAPE.kvHeads + head) * cache.capacity + at)
    const [first, second] = heads as [number, number]
    const id = keys[first]!
    if (keys[second] !== id || values[first] !== -id || values[second] !== -id) throw new Error('the cache is garbled')
    return id
  })
  return [...stored, ...ids.slice(row * steps, (row + 1) * steps)]
}

function newCache({ ids, rows, steps }: Run): Float32Array {
  const fresh: number[] = []
  for (const sign of [1, -1]) {
    for (let row = 0; row < rows; row++) {
      for (let head = 0; head < SHAPE.kvHeads; head++) {
        for (let step = 0; step < steps; step++) fresh.push(sign * ids[row * steps + step]!)
      }
    }
  }
  return Float32Array.from(fresh)
}

function resultOf(run: Run, histories: readonly (readonly number[])[]): RunResult {
  const { positions, uniforms, topCount } = run.wanted
  const zeros = () => new Float32Array(positions.length)
  const upTo = (position: number) => {
    const row = Math.floor(position / run.steps)
    return histories[row]!.slice(0, run.lengths[row]! + (position % run.steps) + 1)
  }
  return {
    newCache: newCache(run),
    entropies: zeros(),
    topLogprobs: new Float32Array(positions.length * topCount),
    topIds: positions.flatMap((position) => new Array<number>(topCount).fill(nextToken(upTo(position), 0))),
    topTempered: new Float32Array(positions.length * topCount),
    targetLogprobs: zeros(),
    sampleIds: positions.map((position, at) => nextToken(upTo(position), uniforms[at]!)),
    sampleLogprobs: zeros(),
    fullLogprobs: new Float32Array(0)
  }
}

export interface Script {
  /** Called before every run; may wait, and may throw in the model's stead. */
  readonly before?: (run: SeenRun) => Promise<void> | void
}

/** A decoder without a model: it answers from the history that it finds in the cache. */
export function scriptedDecoder({ before }: Script = {}): Decoder & { readonly runs: readonly SeenRun[] } {
  const runs: SeenRun[] = []
  return {
    style: 'gqa',
    shape: SHAPE,
    dynamicQuantization: false,
    quantized: false,
    fallback: null,
    runs,
    async run(run) {
      const histories = Array.from({ length: run.rows }, (_, row) => historyOf(run, row))
      const seen: SeenRun = { kind: run.steps === 1 ? 'decode' : 'prefill', histories }
      runs.push(seen)
      await new Promise(setImmediate)
      await before?.(seen)
      return resultOf(run, histories)
    },
    logits: () => Promise.reject(new Error('a scripted decoder has no logits')),
    release: () => Promise.resolve()
  }
}

/** A token sequence as a prompt: one character per token. */
export function prompt(ids: readonly number[]): GenerateRequest['messages'] {
  return [{ role: 'user', content: String.fromCharCode(...ids) }]
}

function characterCodes(text: string): number[] {
  return Array.from(text, (character) => character.charCodeAt(0))
}

export interface LoopUnderTest {
  readonly model: LanguageModel
  readonly loop: LanguageLoop
  readonly meter: RunMeter
  readonly cache: PromptCache
}

/** A loop over a decoder, with tokens that are character codes. */
export function loopUnderTest(decoder: Decoder, overrides: Partial<LoopSettings> = {}): LoopUnderTest {
  const [meter, cache] = [new RunMeter(), overrides.cache ?? new PromptCache(0)]
  const maxRows = overrides.maxRows ?? 8
  const loop = new LanguageLoop({
    decoder,
    cache,
    meter,
    maxRows,
    slabs: { maxRows, fixedCapacity: false },
    ends: new Set(),
    exclusive: (run) => run(),
    ...overrides
  })
  const single = (id: number) => String.fromCharCode(id)
  const model: LanguageModel = {
    loop,
    text: { single, stream: () => ({ push: single, end: () => '' }) },
    ends: new Set(),
    start: 0,
    contextTokens: 4096,
    vocabulary: decoder.shape.vocabulary,
    encodeMessages: (messages) => messages.flatMap(({ content }) => characterCodes(content)),
    encodeText: characterCodes
  }
  return { model, loop, meter, cache }
}

export interface Asked {
  readonly handle: JobHandle
  readonly rows: readonly Row[]
  readonly result: Promise<GenerateResult>
}

/** Starts a generate request of sampled rows. */
export function ask(model: LanguageModel, ids: readonly number[], rest: Partial<GenerateRequest> = {}): Asked {
  const rows: Row[] = []
  let handle: JobHandle | null = null
  const result = new Promise<GenerateResult>((done, fail) => {
    const request = {
      model: '',
      messages: prompt(ids),
      rows: [sampled(1)],
      maxTokens: 8,
      stop: [],
      seed: 1,
      topCount: 0,
      ...rest
    }
    handle = generate(model, request, { done, fail, row: (row) => rows.push(row) })
  })
  return { handle: handle!, rows, result }
}
