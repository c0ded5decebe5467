import t from 'tap'
import type { Test } from 'tap'
import type { GenerateRequest, Row } from '../../../src/engine/engine.js'
import type { WorkerSettings } from '../../../src/engine/worker-service.js'
import { asking, GREEDY, type LanguageUnderTest, openEmbedded, openTiny, sampled } from './under-test.js'

const root = t.testdir()

/** Long enough to outgrow slab classes; every way of drawing. */
const WATCHED: Partial<GenerateRequest> = {
  messages: asking('Name the river that flows through Vienna.'),
  rows: [
    GREEDY,
    sampled(1),
    sampled(0.7),
    sampled(1.4),
    sampled(1, { topP: 0.8 }),
    sampled(0.9, { topK: 12 }),
    sampled(1, { topK: 100, topP: 0.95 }),
    GREEDY
  ],
  maxTokens: 90,
  seed: 4711,
  topCount: 3,
  ignoreEnd: true
}

/** Other people's requests: other prompts, lengths, temperatures, row counts. */
function others(maxTokens: number): Partial<GenerateRequest>[] {
  const words = ['Hi', 'Why?', 'Who wrote Hamlet?', 'Name the river', '2 + 2 =', 'A'.repeat(140), 'a b c', 'Go on.']
  return words.map((word, at) => ({
    messages: asking(word),
    rows: Array.from({ length: 1 + (at % 3) }, (_, row) => sampled(0.3 + 0.4 * row, row === 1 ? { topK: 5 } : {})),
    maxTokens: Math.ceil((maxTokens * (at + 1)) / 9),
    seed: at,
    topCount: at,
    ignoreEnd: at % 2 === 0
  }))
}

interface Load {
  readonly title: string
  readonly run: (model: LanguageUnderTest) => Promise<readonly Row[]>
}

/** Equal in every bit of every number; comparing texts is much faster than comparing trees. */
function same(t: Test, found: readonly Row[], expected: readonly Row[], title: string): void {
  t.ok(JSON.stringify(found) === JSON.stringify(expected), title)
}

/** Runs the watched request among the others: first, last, in the middle, or joining while they run. */
function loads(watched: Partial<GenerateRequest>, crowd: readonly Partial<GenerateRequest>[]): readonly Load[] {
  const among = (before: number): Load => ({
    title: `after ${before} and before ${crowd.length - before} others`,
    async run(model) {
      const early = crowd.slice(0, before).map((request) => model.generate(request))
      const own = model.generate(watched)
      const late = crowd.slice(before).map((request) => model.generate(request))
      await Promise.all([...early, ...late])
      return (await own).rows
    }
  })
  const joining: Load = {
    title: 'joining others that run',
    async run(model) {
      const all = crowd.map((request) => model.generate(request))
      await model.generate({ maxTokens: 1, messages: asking('first one through') })
      const own = await model.generate(watched)
      await Promise.all(all)
      return own.rows
    }
  }
  return [among(0), among(4), among(crowd.length), joining]
}

type Open = (overrides: Partial<WorkerSettings>) => Promise<LanguageUnderTest>

async function holdsUnderLoad(
  t: Test,
  open: Open,
  watched: Partial<GenerateRequest>,
  crowd: readonly Partial<GenerateRequest>[]
) {
  const roomy = await open({ maxRows: 32 })
  const alone = (await roomy.generate(watched)).rows
  same(t, (await roomy.generate(watched)).rows, alone, 'asked again, with the prompt cache warm')
  for (const { title, run } of loads(watched, crowd)) same(t, await run(roomy), alone, title)
  const cold = await open({ maxRows: 32, promptCacheBytes: 0 })
  same(t, await loads(watched, crowd)[1]!.run(cold), alone, 'among others without a prompt cache')
  const narrow = await open({ maxRows: 4 })
  for (const { title, run } of loads(watched, crowd).slice(1)) same(t, await run(narrow), alone, `${title}, in 4 rows`)
  return { alone, roomy, narrow }
}

for (const style of ['gqa', 'concat'] as const) {
  t.test(`on a ${style} model a request's rows do not depend on what else runs, bit for bit`, async (t) => {
    const open: Open = (overrides) => openTiny(t, root, style, overrides)
    const { alone, roomy } = await holdsUnderLoad(t, open, WATCHED, others(90))
    t.ok(roomy.service.ready.batchInvariant)
    t.equal(new Set(alone.map((row) => row.text)).size, 7, 'rows differ but for the two greedy ones')
    const { runs, cacheHits } = roomy.service.stats()
    const { count, items } = runs['decode']!
    t.ok(items > 2 * count, `${items / count} branches ran together on average`)
    t.equal(cacheHits > 5, style === 'gqa', `${cacheHits} prompts were reused`)
  })
}

t.test('a model whose rows change with their neighbours says so, runs them alone and answers the same', async (t) => {
  const open: Open = (overrides) => openTiny(t, root, 'gqa-dynamic-int8', overrides)
  const { roomy } = await holdsUnderLoad(t, open, { ...WATCHED, maxTokens: 40 }, others(40))
  const { ready } = roomy.service
  t.equal(ready.batchInvariant, false)
  t.match(ready.problem, /rows change with their neighbours/)
  t.match(ready.selfTest, [{ name: 'batched_equals_alone', passed: false }])
  const { count, items } = roomy.service.stats().runs['decode']!
  t.equal(items, count, 'no run had two branches')
})

t.test("on the embedded model a request's rows do not depend on what else runs, bit for bit", async (t) => {
  const watched = { ...WATCHED, rows: WATCHED.rows!.slice(0, 6), maxTokens: 10 }
  const crowd = others(12).map((request) => ({ ...request, rows: request.rows!.slice(0, 2) }))
  const model = await openEmbedded(t, { maxRows: 32 })
  const alone = (await model.generate(watched)).rows
  same(t, (await model.generate(watched)).rows, alone, 'asked again, with the prompt cache warm')
  const [, inTheMiddle, , joining] = loads(watched, crowd)
  for (const { title, run } of [inTheMiddle!, joining!]) same(t, await run(model), alone, title)
  const { count, items } = model.service.stats().runs['decode']!
  t.ok(items > 2 * count, `${items / count} branches ran together on average`)
  const narrow = await openEmbedded(t, { maxRows: 4, promptCacheBytes: 0 })
  same(t, await inTheMiddle!.run(narrow), alone, 'in 4 rows without a prompt cache')
})

t.test('rows drawn in rounds are the rows of one call', async (t) => {
  const model = await openTiny(t, root, 'gqa')
  const decodings = WATCHED.rows!
  const rounds = [decodings.slice(0, 3), decodings.slice(3, 4), decodings.slice(4)]
  const whole = await model.generate(WATCHED)
  const rows: Row[] = []
  for (const round of rounds) {
    const firstRow = rows.length
    const part = await model.generate({ ...WATCHED, rows: round, firstRow })
    rows.push(...part.rows.map((row) => ({ ...row, index: firstRow + row.index })))
  }
  same(t, rows, whole.rows, 'every row draws from its own stream')
  const unnumbered = await model.generate({ ...WATCHED, rows: rounds[2]! })
  t.not(
    JSON.stringify(unnumbered.rows.map(({ tokens }) => tokens)),
    JSON.stringify(rows.slice(4).map(({ tokens }) => tokens))
  )
})
