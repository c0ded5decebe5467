import t from 'tap'
import { createLane } from '../../../src/engine/lane.js'
import type { Lane } from '../../../src/engine/lane-contract.js'
import { workerSettings } from '../../fixtures/worker-settings.js'

const MODEL = 'all-MiniLM-L6-v2'
const workerUrl = new URL('../../../src/engine/encoder/worker.js', import.meta.url)
const { signal } = new AbortController()

function embeddingLane(maxBatchTokens: number): Lane {
  const settings = workerSettings({ role: 'embedding', threads: 2, maxBatchTokens }, MODEL)
  return createLane({ role: 'embedding', id: MODEL.toLowerCase(), source: 'embedded', workerUrl, settings })
}

async function embed(lane: Lane, texts: readonly string[]): Promise<readonly Float32Array[]> {
  return (await lane.submit({ kind: 'embed', texts }, { signal })) as readonly Float32Array[]
}

const dot = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0)

const lane = embeddingLane(512)
t.teardown(() => lane.close())

t.test('the model is ready and has passed every self-test', async (t) => {
  await lane.ready()
  t.match(lane.info(), { state: 'ready', problem: null, batchInvariant: true, contextTokens: 512 })
  t.strictSame(
    lane.info().selfTest.filter((check) => !check.passed),
    []
  )
})

t.test('vectors have unit length and the size of the model', async (t) => {
  const [vector] = await embed(lane, ['A short text.'])
  t.equal(vector!.length, 384)
  t.ok(Math.abs(dot(vector!, vector!) - 1) < 1e-5)
})

t.test('a paraphrase is nearer than another topic', async (t) => {
  const [cat, kitten, tax] = await embed(lane, ['The cat sleeps.', 'A kitten is asleep.', 'Income tax is due in May.'])
  t.ok(dot(cat!, kitten!) > dot(cat!, tax!) + 0.2)
})

t.test('a vector is the same bit for bit alone and among others', async (t) => {
  const texts = Array.from({ length: 40 }, (_, i) => `Text number ${String(i)} ${'and more '.repeat(i % 7)}`)
  const oneByOne = embeddingLane(1)
  t.teardown(() => oneByOne.close())
  t.strictSame(await embed(lane, texts), await embed(oneByOne, texts))
  t.equal(oneByOne.stats().runs['embed']?.count, texts.length)
})

t.test('equal texts are computed once and each job gets a copy of its own', async (t) => {
  const before = lane.stats().runs['embed']!.items
  const [[first], [second]] = await Promise.all([embed(lane, ['the same']), embed(lane, ['the same'])])
  t.strictSame(second, first)
  first!.fill(0)
  const [third] = await embed(lane, ['the same'])
  t.strictSame(third, second)
  t.equal(lane.stats().runs['embed']!.items, before + 1)
})
