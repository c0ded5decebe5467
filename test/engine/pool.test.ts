import { join } from 'node:path'
import t from 'tap'
import type { Test } from 'tap'
import type { Engine, GenerateRequest } from '../../src/engine/engine.js'
import { createPool } from '../../src/engine/pool.js'
import type { PoolSettings } from '../../src/engine/pool.js'
import { packageRoot } from '../fixtures/package-root.js'

const forever = { signal: new AbortController().signal }

function openPool(t: Test, overrides: Partial<PoolSettings> = {}): Engine {
  const pool = createPool({
    modelsDir: join(packageRoot, 'models'),
    cacheDir: join(packageRoot, 'no-cache'),
    allowDownloads: false,
    languageModel: null,
    entailmentModel: null,
    embeddingModel: null,
    threads: 2,
    maxRows: 4,
    maxBatchTokens: 256,
    promptCacheBytes: 1 << 20,
    ...overrides
  })
  t.teardown(() => pool.close())
  return pool
}

const asking = (model: string): GenerateRequest => ({
  model,
  messages: [{ role: 'user', content: 'What is the capital of France?' }],
  rows: [
    { temperature: 0, topP: 1, topK: null },
    { temperature: 1, topP: 1, topK: null }
  ],
  maxTokens: 4,
  stop: [],
  seed: 1,
  topCount: 0
})

t.test('the embedded models serve all three roles side by side', async (t) => {
  const pool = openPool(t, {
    languageModel: 'SmolLM2-135M-Instruct',
    entailmentModel: 'MiniLM-L6-entailment',
    embeddingModel: 'all-MiniLM-L6-v2'
  })
  t.strictSame(
    pool.models().map(({ state }) => state),
    ['loading', 'loading', 'loading']
  )
  const seen: number[] = []
  const told: string[] = ['', '']
  const onToken = (row: number, token: { readonly text: string }): void => {
    told[row] += token.text
  }
  const [generated, pairs, vectors] = await Promise.all([
    pool.generate(asking('SmolLM2-135M-Instruct'), { ...forever, onRow: (row) => seen.push(row.index), onToken }),
    pool.entail([{ premise: 'It rains.', hypothesis: 'It is raining.' }], forever),
    pool.embed(['It rains.'], forever)
  ])
  t.strictSame(generated.rows.map((row) => row.index).sort(), [0, 1])
  t.strictSame(seen.sort(), [0, 1])
  t.strictSame(
    told,
    generated.rows.map((row) => row.text),
    'token by token the same texts'
  )
  t.ok(pairs[0]!.entailment > pairs[0]!.contradiction)
  t.equal(vectors[0]!.length, 384)
  await pool.ready()
  const models = pool.models()
  t.strictSame(
    models.filter(({ state, problem }) => state !== 'ready' || problem !== null),
    []
  )
  t.equal(new Set(models.map(({ digest }) => digest)).size, 3)
})

const NAMES = ['../../etc', '/etc', 'file:///etc', 'http://169.254.169.254/x', 'a%2f..%2fb', '__proto__', '']
for (const name of NAMES) {
  t.test(`the model name "${name}" is unknown, and the message does not repeat it`, async (t) => {
    const error = await openPool(t)
      .generate(asking(name), forever)
      .catch((reason: unknown) => reason)
    t.match(error, { code: 'QUALM_ERR_UNKNOWN_MODEL', status: 404 })
    t.notMatch((error as Error).message, /etc|169|proto|%2f/)
  })
}

t.test('an encoder is no language model', async (t) => {
  const pool = openPool(t, { embeddingModel: 'all-MiniLM-L6-v2' })
  await t.rejects(pool.generate(asking('all-minilm-l6-v2'), forever), { code: 'QUALM_ERR_UNKNOWN_MODEL' })
})

t.test('a model that is not there is listed as failed, answers 503 and leaves the others alone', async (t) => {
  const pool = openPool(t, { languageModel: '/no/such/model', embeddingModel: 'all-MiniLM-L6-v2' })
  await pool.ready()
  t.match(pool.models(), [
    { id: 'model', role: 'language', state: 'failed', problem: 'There is no model folder named model.' },
    { id: 'all-minilm-l6-v2', role: 'embedding', state: 'ready', source: 'embedded' }
  ])
  await t.rejects(pool.generate(asking('model'), forever), { code: 'QUALM_ERR_MODEL_UNAVAILABLE', status: 503 })
  t.equal((await pool.embed(['text'], forever)).length, 1)
})

t.test('a role without a model answers 503', async (t) => {
  const pool = openPool(t)
  await t.rejects(pool.entail([{ premise: 'a', hypothesis: 'b' }], forever), { code: 'QUALM_ERR_MODEL_UNAVAILABLE' })
  t.strictSame(pool.models(), [])
})

t.test('nothing to do needs no model', async (t) => {
  const pool = openPool(t)
  t.strictSame(await pool.entail([], forever), [])
  t.strictSame(await pool.embed([], forever), [])
})
