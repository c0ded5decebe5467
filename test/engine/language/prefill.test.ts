import { join } from 'node:path'
import t from 'tap'
import type { Test } from 'tap'
import type { Decoder } from '../../../src/engine/language/decoder.js'
import {
  chunkLength,
  finishPrefill,
  type PrefillTask,
  runChunk,
  startPrefill
} from '../../../src/engine/language/prefill.js'
import { PromptCache } from '../../../src/engine/language/prompt-cache.js'
import type { Slab } from '../../../src/engine/language/slab.js'
import { packageRoot } from '../../fixtures/package-root.js'
import { writeTinyModel } from '../../fixtures/tiny-models.js'
import { EMBEDDED, firstRun, openFolder } from './under-test.js'

const root = t.testdir()

async function openStyle(t: Test, style: 'gqa' | 'concat'): Promise<Decoder> {
  await writeTinyModel(join(root, style), style)
  return openFolder(t, join(root, style))
}

/** Ids without a pattern. */
function tokens(count: number): number[] {
  return Array.from({ length: count }, (_, at) => 3 + ((at * at * 7 + at * 31) % 250))
}

interface Prefilled {
  readonly logprobs: number[]
  readonly slab: Slab
  readonly runs: number
  readonly reused: number
}

/** Runs a sequence in chunks and takes the log-probability of each of `targets` last tokens. */
async function inChunks(
  decoder: Decoder,
  ids: readonly number[],
  targets: number,
  cache = new PromptCache(0)
): Promise<Prefilled> {
  const logprobs: number[] = []
  const positions = Array.from({ length: targets }, (_, at) => ids.length - targets + at)
  const ended: { slab?: Slab } = {}
  const task: PrefillTask = {
    ids,
    wanted: {
      positions,
      targets: positions.map((at) => ids[at]!),
      temperatures: positions.map(() => 1),
      uniforms: positions.map(() => 0.5),
      topCount: 1,
      full: []
    },
    startsRows: false,
    cacheTokens: ids.length,
    cancelled: false,
    onRun({ targetLogprobs }, first, count) {
      logprobs.splice(first, count, ...targetLogprobs.slice(0, count))
    },
    onDone: (slab) => {
      ended.slab = slab
    },
    onError: (error) => {
      throw error
    }
  }
  const prefill = startPrefill(task, decoder, cache)
  let runs = 0
  for (; prefill.stored < ids.length; runs++) await runChunk(prefill, decoder)
  finishPrefill(prefill, decoder, cache)
  return { logprobs, slab: ended.slab!, runs, reused: prefill.reused }
}

/** The same in one run. Where one query would be alone in its block a token is added; it changes nothing before it. */
async function inOnePiece(decoder: Decoder, ids: readonly number[], targets: number) {
  const run = ids.length % 32 === 1 ? [...ids, 3] : ids
  const { targetLogprobs, newCache } = await decoder.run(firstRun(decoder, run))
  const width = decoder.shape.headDim
  const added = newCache.filter((_, at) => Math.floor(at / width) % run.length < ids.length)
  return { logprobs: [...targetLogprobs].slice(ids.length - targets, ids.length), newCache: added }
}

/** A slab of one slot that is full to its capacity lies in memory like the output of one run. */
function contents(slab: Slab): Float32Array {
  return Float32Array.from(slab.view(1).tensors.flatMap((tensor) => [...tensor]))
}

function largestDifference(left: ArrayLike<number>, right: ArrayLike<number>): number {
  if (left.length !== right.length) return Number.POSITIVE_INFINITY
  return Array.from(left).reduce((most, value, at) => Math.max(most, Math.abs(value - right[at]!)), 0)
}

t.test('chunks cover a sequence and leave no query alone in a block', async (t) => {
  for (const wanted of [1, 65]) {
    for (let length = 2; length < 600; length++) {
      const chunks: number[] = []
      for (let left = length; left > 0; left -= chunks.at(-1)!) chunks.push(chunkLength(left, wanted))
      if (chunks.some((chunk) => chunk % 32 === 1)) t.fail(`${length} tokens in chunks of ${String(chunks)}`)
      if (chunks.some((chunk) => chunk > (wanted > 64 ? 64 : 128))) t.fail(`a long chunk in ${String(chunks)}`)
    }
  }
  t.strictSame(
    [129, 257, 130, 33, 2, 1].map((left) => chunkLength(left, 1)),
    [127, 128, 128, 31, 2, 1]
  )
})

for (const length of [129, 200, 257, 386]) {
  t.test(`a gqa prompt of ${length} tokens in chunks equals one piece bit for bit`, async (t) => {
    const decoder = await openStyle(t, 'gqa')
    const whole = await inOnePiece(decoder, tokens(length), 3)
    const chunked = await inChunks(decoder, tokens(length), 3)
    t.ok(chunked.runs >= Math.ceil(length / 128))
    t.strictSame(chunked.logprobs, whole.logprobs)
    t.equal(largestDifference(contents(chunked.slab), whole.newCache), 0)
  })

  t.test(`a concat prompt of ${length} tokens in chunks equals one piece`, async (t) => {
    const decoder = await openStyle(t, 'concat')
    const whole = await inOnePiece(decoder, tokens(length), 3)
    const chunked = await inChunks(decoder, tokens(length), 3)
    t.ok(largestDifference(chunked.logprobs, whole.logprobs) < 1e-4)
    t.ok(largestDifference(contents(chunked.slab), whole.newCache) < 1e-4)
  })
}

t.test('many wanted positions are scored in smaller chunks with the same numbers', async (t) => {
  const decoder = await openStyle(t, 'gqa')
  const whole = await inOnePiece(decoder, tokens(200), 150)
  const chunked = await inChunks(decoder, tokens(200), 150)
  t.equal(chunked.runs, 4)
  t.strictSame(chunked.logprobs, whole.logprobs)
})

t.test('a prompt on top of a cached one gives the same numbers', async (t) => {
  const decoder = await openStyle(t, 'gqa')
  const cache = new PromptCache(10_000_000)
  const other = [...tokens(150), 9, 9, 9]
  await inChunks(decoder, tokens(180), 1, cache)
  const warm = await inChunks(decoder, other, 2, cache)
  const cold = await inChunks(decoder, other, 2)
  t.equal(warm.reused, 150)
  t.strictSame(warm.logprobs, cold.logprobs)
  t.equal(largestDifference(contents(warm.slab), contents(cold.slab)), 0)
})

t.test('whatever prefix is cached, the numbers are the same', async (t) => {
  const decoder = await openStyle(t, 'gqa')
  for (const length of [3, 33, 34, 65, 97, 130]) {
    const cold = await inChunks(decoder, tokens(length), 1)
    for (let prefix = 1; prefix < length - 1; prefix += length < 50 ? 1 : 7) {
      const cache = new PromptCache(10_000_000)
      await inChunks(decoder, [...tokens(prefix), 1, 2], 1, cache)
      const warm = await inChunks(decoder, tokens(length), 1, cache)
      if (warm.reused !== prefix || warm.logprobs[0] !== cold.logprobs[0]) t.fail(`${prefix} of ${length} tokens`)
    }
  }
  t.pass()
})

t.test('a prompt that is cached as a whole still runs its last two tokens', async (t) => {
  const decoder = await openStyle(t, 'gqa')
  const cache = new PromptCache(10_000_000)
  const cold = await inChunks(decoder, tokens(140), 1, cache)
  const warm = await inChunks(decoder, tokens(140), 1, cache)
  t.equal(warm.reused, 138)
  t.strictSame(warm.logprobs, cold.logprobs)
})

t.test('wanted positions inside a cached prompt are run afresh', async (t) => {
  const decoder = await openStyle(t, 'gqa')
  const cache = new PromptCache(10_000_000)
  const cold = await inChunks(decoder, tokens(60), 40, cache)
  const warm = await inChunks(decoder, tokens(60), 40, cache)
  t.equal(warm.reused, 20)
  t.strictSame(warm.logprobs, cold.logprobs)
})

t.test('on the embedded model chunks and one piece agree bit for bit', async (t) => {
  const decoder = await openFolder(t, join(packageRoot, 'models', EMBEDDED))
  const ids = tokens(129).map((id) => id * 37)
  const whole = await inOnePiece(decoder, ids, 2)
  const chunked = await inChunks(decoder, ids, 2)
  t.equal(chunked.runs, 2)
  t.strictSame(chunked.logprobs, whole.logprobs)
  t.equal(largestDifference(contents(chunked.slab), whole.newCache), 0)
})
