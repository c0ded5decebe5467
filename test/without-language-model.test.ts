/** Qualm without an embedded language model, as a process: upstreams do the writing, supplied evidence needs none. */
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { SCORE_REQUEST_EXAMPLE } from '../src/schemas/examples.js'
import { completion } from './fixtures/completions.js'
import { becomesReady, listeningServer, spawnServer } from './fixtures/server-process.js'
import { json, startUpstream } from './fixtures/upstream-server.js'

type Json = Record<string, unknown>

const TOKENS = [
  { text: 'Can', logprob: -0.11 },
  { text: 'berra', logprob: -0.31 }
]
const NO_MODELS = { QUALM_LANGUAGE_MODEL: 'none', QUALM_ENTAILMENT_MODEL: 'none', QUALM_EMBEDDING_MODEL: 'none' }
const QUESTION = { prompt: 'What is the capital of Australia?', scorers: ['g_nll'] }

async function start(
  t: Test,
  env: Readonly<Record<string, string>> = {},
  models: object = NO_MODELS,
  more: object = {}
) {
  const upstream = await startUpstream(t, json(completion({ tokens: TOKENS })))
  const upstreams = { big: { url: upstream.url, dialect: 'openai', ...more } }
  const folder = t.testdir({ 'qualm.json': JSON.stringify({ upstreams }) })
  const files = { QUALM_CONFIG: join(folder, 'qualm.json'), QUALM_DATA_DIR: join(folder, 'data') }
  const server = await listeningServer(t, { ...files, ...models, ...env })
  await becomesReady(server)
  const ask = async (path: string, body?: object) => {
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
    const response = await fetch(`${server.url}${path}`, body === undefined ? {} : init)
    return { status: response.status, json: (await response.json()) as Json }
  }
  return { server, upstream, ask }
}

t.test(
  'a request that means no upstream is told what is there; others, and supplied evidence, are scored',
  async (t) => {
    const { upstream, ask } = await start(t)
    const unnamed = await ask('/v1/score', QUESTION)
    t.equal(unnamed.status, 404)
    t.match(unnamed.json, { code: 'QUALM_ERR_UNKNOWN_MODEL', detail: /: big\./, errors: [{ pointer: '/model' }] })
    const embedded = await ask('/v1/score', { ...QUESTION, model: 'smollm2-135m-instruct' })
    t.match([embedded.status, embedded.json], [404, { code: 'QUALM_ERR_UNKNOWN_MODEL', detail: /: big\./ }])
    t.notOk(upstream.requests.some(({ method }) => method === 'POST'))
    const supplied = await ask('/v1/score', SCORE_REQUEST_EXAMPLE)
    t.match(supplied, { status: 200, json: { scores: { g_nll: { status: 'ok', value: 0.42 } } } })
    const named = await ask('/v1/score', { ...QUESTION, model: 'big' })
    t.equal(named.status, 200)
    t.match(named.json, { model: 'big', answer: { text: 'Canberra', source: 'generated' } })
  }
)

t.test('probes, catalogue and metrics show the upstream alone', async (t) => {
  const { server, ask } = await start(t)
  const { status, json: ready } = await ask('/readyz')
  t.equal(status, 200)
  t.match(ready, { status: 'ready' })
  const checks = (ready['checks'] as { name: string }[]).map(({ name }) => name)
  t.same(checks, ['big', 'store', 'queue', 'upstream_queue', 'drain'])
  const { data } = (await ask('/v1/models')).json as { data: Json[] }
  t.match(data, [{ id: 'big', source: 'upstream' }])
  t.equal(data.length, 1)
  const metrics = await (await fetch(`${server.url}/metrics`)).text()
  t.match(metrics, /^qualm_model_info\{alias="big".*\} 1$/mu)
  t.notMatch(metrics, /role="language",source="(embedded|local)"|^qualm_lane_waiting\{/mu)
})

t.test('the default model is the upstream that is named so, in scores and in chats', async (t) => {
  const { ask } = await start(t, { QUALM_DEFAULT_MODEL: 'big' })
  t.match(await ask('/v1/score', QUESTION), {
    status: 200,
    json: { model: 'big', scores: { g_nll: { status: 'ok' } } }
  })
  const messages = [{ role: 'user', content: QUESTION.prompt }]
  const chat = await ask('/v1/chat/completions', { messages, uncertainty: { scorers: ['g_nll'] } })
  t.match(chat, { status: 200, json: { uncertainty: { model: 'big' } } })
})

t.test('scores that need an encoder which is not loaded say so, and have no value', async (t) => {
  const { ask } = await start(t)
  const body = { ...QUESTION, fill: 'never', answer: { text: 'Canberra' }, samples: ['Canberra', 'Sydney'] }
  const { status, json: result } = await ask('/v1/score', {
    ...body,
    scorers: ['semantic_entropy', 'lexical_similarity']
  })
  t.equal(status, 200)
  t.match(result['scores'], {
    semantic_entropy: { status: 'failed', value: null, reason: 'entailment_unavailable' },
    lexical_similarity: { status: 'ok' }
  })
})

t.test('a default model that nothing serves keeps the service from starting', async (t) => {
  const { child, ended } = spawnServer(t, { ...NO_MODELS, QUALM_DEFAULT_MODEL: 'big' })
  let told = ''
  child.stderr?.on('data', (chunk) => {
    told += String(chunk)
  })
  t.equal(await ended, 2)
  t.match(told, /QUALM_DEFAULT_MODEL names no language model; there is none/)
})

t.test('a key that is not set is told of once, when the service starts', async (t) => {
  const { server } = await start(t, {}, NO_MODELS, { api_key_env: 'BIG_KEY' })
  const told = server.log().filter(({ variable }) => variable === 'BIG_KEY')
  t.match(told, [{ upstream: 'big', msg: /api_key_env/u }])
  t.equal(told.length, 1)
})
