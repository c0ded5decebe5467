import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { createLane } from '../../../src/engine/lane.js'
import type { Lane } from '../../../src/engine/lane-contract.js'
import type { Pair, PairResult } from '../../../src/engine/engine.js'
import type { WorkerSettings } from '../../../src/engine/worker-service.js'
import { packageRoot } from '../../fixtures/package-root.js'
import { workerSettings } from '../../fixtures/worker-settings.js'

const MODEL = 'MiniLM-L6-entailment'
const workerUrl = new URL('../../../src/engine/encoder/worker.js', import.meta.url)
const { signal } = new AbortController()

function entailmentLane(overrides: Partial<WorkerSettings> = {}): Lane {
  const settings = workerSettings({ role: 'entailment', threads: 2, maxBatchTokens: 512, ...overrides }, MODEL)
  return createLane({ role: 'entailment', id: MODEL.toLowerCase(), source: 'embedded', workerUrl, settings })
}

async function entail(lane: Lane, pairs: readonly Pair[]): Promise<readonly PairResult[]> {
  return (await lane.submit({ kind: 'entail', pairs }, { signal })) as readonly PairResult[]
}

const about = (question: string, premise: string, hypothesis: string): Pair => {
  return { premise: `${question} ${premise}`, hypothesis: `${question} ${hypothesis}` }
}
const ANSWERS = ['Bram Stoker', 'It was Bram Stoker.', 'Mary Shelley', 'Stoker wrote it in 1897, in English', 'Unknown']
const PAIRS = ANSWERS.flatMap((premise) => {
  return ANSWERS.map((hypothesis) => about('Who wrote Dracula?', premise, hypothesis))
})

const lane = entailmentLane()
t.teardown(() => lane.close())

t.test('the model is ready and has passed every self-test', async (t) => {
  await lane.ready()
  const { state, problem, batchInvariant, contextTokens, selfTest } = lane.info()
  t.strictSame(
    { state, problem, batchInvariant, contextTokens },
    {
      state: 'ready',
      problem: null,
      batchInvariant: true,
      contextTokens: 512
    }
  )
  t.strictSame(
    selfTest.filter((check) => !check.passed),
    []
  )
  t.ok(selfTest.length >= 4)
})

t.test('known pairs come out as they should', async (t) => {
  const [same, other, detail] = await entail(lane, [
    about('What is the capital of France?', 'Paris', 'It is Paris.'),
    about('What is the capital of France?', 'Paris', 'Lyon'),
    about('When did the war end?', 'on 2 September 1945', '1945')
  ])
  t.ok(same!.entailment > 0.8, 'the same answer is entailed')
  t.ok(other!.contradiction > 0.8, 'another answer is contradicted')
  t.ok(detail!.entailment > detail!.contradiction, 'detail entails the short form')
})

t.test('a result is the same bit for bit alone, among others and in another order', async (t) => {
  const oneByOne = entailmentLane({ maxBatchTokens: 1 })
  t.teardown(() => oneByOne.close())
  const alone = await entail(oneByOne, PAIRS)
  t.strictSame(await entail(lane, PAIRS), alone)
  const fresh = entailmentLane({ maxBatchTokens: 4096 })
  t.teardown(() => fresh.close())
  t.strictSame(await entail(fresh, [...PAIRS].reverse()), [...alone].reverse())
  t.equal(oneByOne.stats().runs['entail']?.count, PAIRS.length)
  t.ok(fresh.stats().runs['entail']!.count < 10)
})

t.test('the number of threads does not change a result', async (t) => {
  const single = entailmentLane({ threads: 1 })
  t.teardown(() => single.close())
  t.strictSame(await entail(single, PAIRS), await entail(lane, PAIRS))
})

t.test('equal pairs of two jobs are computed once', async (t) => {
  const before = lane.stats().runs['entail']?.items ?? 0
  const pair = about('Who painted it?', 'Vermeer', 'Rembrandt')
  const [first, second] = await Promise.all([entail(lane, [pair, pair]), entail(lane, [pair])])
  t.strictSame(second[0], first[0])
  t.equal(lane.stats().runs['entail']!.items, before + 1)
})

t.test('a pair beyond the window is answered and flagged, and the flag is its own', async (t) => {
  const long = 'A sentence that goes on. '.repeat(200)
  const [cut, whole] = await entail(lane, [
    { premise: long, hypothesis: 'It goes on.' },
    { premise: 'It goes on.', hypothesis: 'It goes on.' }
  ])
  t.equal(cut!.truncated, true)
  t.equal(whole!.truncated, false)
})

t.test('odd texts are answered with finite numbers', async (t) => {
  const odd = ['', ' ', '\u0000', '\ud800', '👩‍👩‍👧‍👦 ♥', '[CLS] [SEP] [MASK]', 'x'.repeat(100_000)]
  const results = await entail(
    lane,
    odd.map((text) => ({ premise: text, hypothesis: odd[0]! }))
  )
  for (const { entailment, neutral, contradiction } of results) {
    t.ok(Math.abs(entailment + neutral + contradiction - 1) < 1e-9)
  }
})

t.test('a cancelled job leaves the queue and the others go on', async (t) => {
  const controller = new AbortController()
  const many = Array.from({ length: 500 }, (_, i) => ({ premise: `Number ${String(i)}`, hypothesis: 'A number' }))
  const leaving = lane.submit({ kind: 'entail', pairs: many }, { signal: controller.signal })
  const before = lane.stats().runs['entail']?.items ?? 0
  controller.abort(new Error('client gone'))
  await t.rejects(leaving, { message: 'client gone' })
  await entail(lane, [{ premise: 'still', hypothesis: 'here' }])
  t.ok(lane.stats().runs['entail']!.items < before + 500)
  t.match(lane.stats(), { waiting: 0, cancelled: 1 })
})

t.test('a model whose class names are swapped does not serve and says which check failed', async (t) => {
  const source = join(packageRoot, 'models', MODEL)
  const folder = t.testdir()
  await mkdir(join(folder, 'onnx'))
  for (const name of ['tokenizer.json', 'tokenizer_config.json', 'onnx/model_quantized.onnx']) {
    await copyFile(join(source, name), join(folder, name))
  }
  const config = await readFile(join(source, 'config.json'), 'utf8')
  const id2label = { 0: 'entailment', 1: 'contradiction', 2: 'neutral' }
  await writeFile(join(folder, 'config.json'), JSON.stringify({ ...JSON.parse(config), id2label }))
  const swapped = entailmentLane({ location: folder })
  t.teardown(() => swapped.close())
  await swapped.ready()
  t.match(swapped.info(), { state: 'failed', problem: /same_answer_above_other_answer/ })
})
