import fc from 'fast-check'
import t from 'tap'
import type { Decoding } from '../../../src/engine/engine.js'
import { PromptCache } from '../../../src/engine/language/prompt-cache.js'
import { uniform } from '../../../src/engine/language/random.js'
import { ask, loopUnderTest, nextToken, scriptedDecoder, type SeenRun } from './scripted-decoder.js'

const SAMPLED: Decoding = { temperature: 1, topP: 1, topK: null }
const rowsOf = (count: number): Decoding[] => new Array<Decoding>(count).fill(SAMPLED)
const FIRST = [100, 101, 102]
const SECOND = [110, 111, 112, 113]

function startsWith(history: readonly number[], prompt: readonly number[]): boolean {
  return prompt.every((id, at) => history[at] === id)
}

function runsOf(runs: readonly SeenRun[], prompt: readonly number[]): readonly SeenRun[] {
  return runs.filter(({ histories }) => histories.some((history) => startsWith(history, prompt)))
}

/** What a row must draw, computed one token after another. */
function expectedRow(prompt: readonly number[], seed: number, row: number, count: number): number[] {
  const history = [...prompt]
  for (let step = 0; step < count; step++) history.push(nextToken(history, uniform(seed, row, step)))
  return history.slice(prompt.length)
}

/** Resolves once `condition` holds; the loop goes on meanwhile. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(setImmediate)
}

/** Lets a test stop the decoder before a run of its choice. */
function gate(closes: (run: SeenRun, index: number) => boolean) {
  let open: () => void = () => undefined
  let index = 0
  const gated = {
    held: false,
    release: () => {
      open()
    }
  }
  const before = async (run: SeenRun): Promise<void> => {
    if (!closes(run, index++)) return
    gated.held = true
    await new Promise<void>((resolve) => {
      open = resolve
    })
    gated.held = false
  }
  return Object.assign(gated, { before })
}

const anyRequest = fc.record({
  prompt: fc.oneof(
    { weight: 4, arbitrary: fc.array(fc.integer({ min: 70, max: 75 }), { minLength: 2, maxLength: 150 }) },
    { weight: 1, arbitrary: fc.integer({ min: 70, max: 75 }).map((id) => new Array<number>(600).fill(id)) }
  ),
  rows: fc.integer({ min: 1, max: 9 }),
  maxTokens: fc.integer({ min: 1, max: 90 }),
  seed: fc.integer({ min: 0, max: 0xffffffff }),
  delay: fc.integer({ min: 0, max: 20 })
})

t.test('whatever runs together, every row draws what it would draw alone', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyRequest, { minLength: 1, maxLength: 6 }),
      fc.constantFrom(1, 3, 8, 32),
      fc.boolean(),
      fc.boolean(),
      fc.constantFrom(0, 100_000),
      async (requests, maxRows, apart, fixedCapacity, cacheBytes) => {
        const slabs = { maxRows: apart ? 1 : maxRows, fixedCapacity }
        const { model, loop } = loopUnderTest(scriptedDecoder(), { maxRows, slabs, cache: new PromptCache(cacheBytes) })
        await Promise.all(
          requests.map(async ({ prompt, rows, maxTokens, seed, delay }) => {
            for (let turn = 0; turn < delay; turn++) await new Promise(setImmediate)
            const result = await ask(model, prompt, { rows: rowsOf(rows), maxTokens, seed }).result
            result.rows.forEach((row, index) => {
              const ids = row.tokens.map(({ id }) => id)
              const expected = expectedRow(prompt, seed, index, maxTokens)
              if (String(ids) !== String(expected)) throw new Error(`row ${index} differs`)
            })
            if (result.rows.length !== rows) throw new Error('a row is missing')
          })
        )
        await loop.drained()
        if (loop.running !== 0 || loop.waiting !== 0) throw new Error('something is left over')
      }
    ),
    { numRuns: 40 }
  )
  t.pass()
})

t.test('rows that share a history share their computation until they part', async (t) => {
  const { model, meter } = loopUnderTest(scriptedDecoder())
  const { rows } = await ask(model, FIRST, { rows: rowsOf(8), maxTokens: 6 }).result
  const histories = new Set(
    rows.flatMap((row) =>
      row.tokens.slice(0, -1).map((_, at) =>
        row.tokens
          .slice(0, at + 1)
          .map(({ id }) => id)
          .join()
      )
    )
  )
  const { items, tokens } = meter.totals()['decode']!
  t.equal(items, histories.size, 'every distinct history was run once')
  t.equal(tokens, 8 * 5)
  t.ok(items < tokens)
})

t.test('greedy rows of one request cost as much as one', async (t) => {
  const decoder = scriptedDecoder()
  const { model } = loopUnderTest(decoder)
  const greedy = { temperature: 0, topP: 1, topK: null }
  const { rows } = await ask(model, FIRST, { rows: [greedy, greedy, greedy], maxTokens: 10 }).result
  t.ok(decoder.runs.every(({ histories }) => histories.length === 1))
  t.strictSame(
    rows.map((row) => row.tokens),
    new Array(3).fill(rows[0]!.tokens)
  )
})

t.test('after a cancel no further run includes the row, its slots are freed and others end unharmed', async (t) => {
  const gated = gate((run, index) => run.kind === 'decode' && index === 8)
  const decoder = scriptedDecoder({ before: gated.before })
  const { model, loop } = loopUnderTest(decoder)
  const gone = ask(model, FIRST, { rows: rowsOf(4), maxTokens: 500 })
  const kept = ask(model, SECOND, { rows: rowsOf(2), maxTokens: 30, seed: 9 })
  await until(() => gated.held)
  const before = runsOf(decoder.runs, FIRST).length
  const [runningBefore, bytesBefore] = [loop.running, loop.kvBytes]
  gone.handle.cancel()
  gated.release()
  const { rows } = await kept.result
  t.equal(runsOf(decoder.runs, FIRST).length, before)
  t.equal(runningBefore, 6)
  t.ok(bytesBefore > 0)
  t.strictSame(
    rows.map((row) => row.tokens.map(({ id }) => id)),
    [0, 1].map((row) => expectedRow(SECOND, 9, row, 30))
  )
  await loop.drained()
  t.equal(loop.running, 0)
  t.equal(loop.kvBytes, 0)
  t.strictSame(gone.rows, [])
})

t.test('a cancel during one run keeps the row out of the other runs of the same step', async (t) => {
  const gated = gate((run, index) => run.kind === 'decode' && index === 9)
  const decoder = scriptedDecoder({ before: gated.before })
  const { model, loop } = loopUnderTest(decoder, { slabs: { maxRows: 1, fixedCapacity: false } })
  const kept = ask(model, SECOND, { maxTokens: 12 })
  const gone = ask(model, FIRST, { rows: rowsOf(4), maxTokens: 500 })
  await until(() => gated.held)
  const before = runsOf(decoder.runs, FIRST).length
  t.ok(before > 0)
  gone.handle.cancel()
  gated.release()
  await kept.result
  t.equal(runsOf(decoder.runs, FIRST).length, before)
  await loop.drained()
})

t.test('a cancel during prefill stops after the chunk that runs', async (t) => {
  const long = Array.from({ length: 1000 }, (_, at) => 70 + (at % 50))
  const gated = gate((_, index) => index === 1)
  const decoder = scriptedDecoder({ before: gated.before })
  const { model, loop } = loopUnderTest(decoder)
  const gone = ask(model, long)
  await until(() => gated.held)
  t.equal(loop.waiting, 1)
  gone.handle.cancel()
  gated.release()
  await loop.drained()
  t.equal(decoder.runs.length, 2)
  t.equal(loop.waiting, 0)
})

t.test('a cancelled request that waits is never run', async (t) => {
  const gated = gate((_, index) => index === 0)
  const decoder = scriptedDecoder({ before: gated.before })
  const { model, loop } = loopUnderTest(decoder)
  const kept = ask(model, FIRST)
  const gone = ask(model, SECOND)
  await until(() => gated.held)
  gone.handle.cancel()
  gated.release()
  await kept.result
  await loop.drained()
  t.strictSame(runsOf(decoder.runs, SECOND), [])
})

t.test('rows that wait for a free slot are dropped with their request', async (t) => {
  const decoder = scriptedDecoder()
  const { model, loop } = loopUnderTest(decoder, { maxRows: 2 })
  const gone = ask(model, FIRST, { rows: rowsOf(20), maxTokens: 50 })
  await until(() => decoder.runs.length > 5)
  t.ok(loop.waiting > 0)
  gone.handle.cancel()
  await loop.drained()
  t.equal(loop.waiting, 0)
  t.equal(loop.running, 0)
})

t.test('a large request does not keep a later small one waiting until it ends', async (t) => {
  const decoder = scriptedDecoder()
  const { model } = loopUnderTest(decoder, { maxRows: 8 })
  const large = ask(model, FIRST, { rows: rowsOf(60), maxTokens: 20 })
  await until(() => runsOf(decoder.runs, FIRST).length > 3)
  const small = ask(model, SECOND, { maxTokens: 20 })
  await small.result
  t.ok(large.rows.length <= 24, `${large.rows.length} of 60 rows were ready before`)
  t.equal((await large.result).rows.length, 60)
})

t.test('a prompt that is prefilled does not stop the rows that run', async (t) => {
  const decoder = scriptedDecoder()
  const { model } = loopUnderTest(decoder)
  const short = ask(model, FIRST, { maxTokens: 40 })
  await until(() => decoder.runs.length > 2)
  const long = ask(
    model,
    Array.from({ length: 600 }, (_, at) => 70 + (at % 50)),
    { maxTokens: 2 }
  )
  await long.result
  const kinds = decoder.runs.map(({ kind }) => (kind === 'prefill' ? 'p' : 'd')).join('')
  t.match(kinds, /p(d+p){4}/, 'a decode step runs between any two chunks')
  await short.result
})

t.test('a short prompt does not wait for a long one to end, and both get their rows', async (t) => {
  const long = Array.from({ length: 2000 }, (_, at) => 70 + (at % 50))
  const decoder = scriptedDecoder()
  const { model, loop } = loopUnderTest(decoder)
  const slow = ask(model, long, { maxTokens: 3 })
  await until(() => decoder.runs.length === 2)
  const quick = [ask(model, FIRST, { maxTokens: 3 }), ask(model, SECOND, { maxTokens: 3 })]
  await Promise.all(quick.map(({ result }) => result))
  const chunks = runsOf(decoder.runs, long.slice(0, 128)).length
  t.ok(chunks <= 8, `${chunks} of 16 chunks of the long prompt ran before`)
  t.ok(chunks > 2, 'the long prompt keeps its turns')
  const { rows } = await slow.result
  t.strictSame(
    rows[0]!.tokens.map(({ id }) => id),
    expectedRow(long, 1, 0, 3)
  )
  await loop.drained()
  t.equal(loop.waiting, 0)
})

t.test('a second long prompt waits until the first has ended', async (t) => {
  const [first, second] = [70, 90].map((from) => Array.from({ length: 600 }, (_, at) => from + (at % 20)))
  const decoder = scriptedDecoder()
  const { model } = loopUnderTest(decoder)
  await Promise.all([first!, second!].map((prompt) => ask(model, prompt, { maxTokens: 1 }).result))
  const order = decoder.runs.map(({ histories }) => (startsWith(histories[0]!, first!.slice(0, 99)) ? 1 : 2))
  t.strictSame(order, order.toSorted())
})

t.test('a run that fails takes down only the requests in it, and the loop goes on', async (t) => {
  const decoder = scriptedDecoder({
    before({ kind, histories }) {
      const [history] = histories
      const fifth = kind === 'decode' && history!.length === FIRST.length + 5
      if (fifth && startsWith(history!, FIRST)) throw new Error('out of memory')
    }
  })
  const { model, loop } = loopUnderTest(decoder, { slabs: { maxRows: 1, fixedCapacity: false } })
  const failing = ask(model, FIRST)
  const kept = ask(model, SECOND)
  await t.rejects(failing.result, { message: 'out of memory' })
  t.equal((await kept.result).rows.length, 1)
  t.equal((await ask(model, [105, 106]).result).rows.length, 1, 'later requests are served')
  await loop.drained()
  t.equal(loop.running, 0)
})

t.test('a prompt that fails takes down its own request only', async (t) => {
  const decoder = scriptedDecoder({
    before({ kind, histories }) {
      if (kind === 'prefill' && startsWith(histories[0]!, FIRST)) throw new Error('out of memory')
    }
  })
  const { model } = loopUnderTest(decoder)
  const kept = ask(model, SECOND)
  await t.rejects(ask(model, FIRST).result, { message: 'out of memory' })
  t.equal((await kept.result).rows.length, 1)
})

t.test('work that arrives in the moment in which the loop runs dry is done', async (t) => {
  const { model } = loopUnderTest(scriptedDecoder())
  for (let round = 0; round < 20; round++) {
    const { result } = ask(model, FIRST, { maxTokens: 2 })
    await result
    for (let turn = 0; turn < round; turn++) await Promise.resolve()
    t.equal((await ask(model, SECOND, { maxTokens: 1 }).result).rows.length, 1)
  }
})

t.test('a request without rows is answered without rows', async (t) => {
  const { model, loop } = loopUnderTest(scriptedDecoder())
  t.strictSame(await ask(model, FIRST, { rows: [] }).result, { rows: [], promptTokens: 3, cachedPromptTokens: 0 })
  await loop.drained()
  t.equal(loop.waiting, 0)
})
