/** Nothing holds an answer back: neither a full gate, nor its own samples. */
import t from 'tap'
import { latch } from '../fixtures/scripted-engine.js'
import { completion, completionChunks } from '../fixtures/completions.js'
import { createFakeEngine } from '../fixtures/fake-engine.js'
import { drawsSamples, forBoth, setupSidecar, type Json } from '../fixtures/sidecar.js'
import { after, hang, json, sse } from '../fixtures/upstream-server.js'
import { build } from '../helper.js'

const messages = [{ role: 'user', content: 'What is the capital of Australia?' }]
const CHUNKS = completionChunks({ tokens: [{ text: 'Canberra', logprob: -0.2 }] })
const uncertainty = { scorers: ['g_nll', 'lexical_similarity'], sampling: { n: 3 } }
const SAMPLES = json(completion({ texts: ['Canberra', 'Sydney', 'Canberra'] }))
const ask = { model: 'big', messages, stream: true, uncertainty }
const scoresIn = (chunk: Json | undefined) => (chunk?.['uncertainty'] as { scores: Record<string, Json> }).scores
const place = { signal: new AbortController().signal, costMs: 1, deadlineMs: null }

t.test('with no place for its samples an answer streams whole, and says why its scores are null', async (t) => {
  const sidecar = await setupSidecar(t, { big: {} }, { maxRemoteActive: 1, queueLimit: 0 })
  const server = sidecar.server('big')
  server.use(forBoth(sse(CHUNKS), hang))
  const release = await sidecar.app.remoteAdmission.acquire(place)
  const { status, chunks } = await sidecar.post(ask)
  t.equal(status, 200)
  t.strictSame(chunks.length, CHUNKS.length + 1)
  t.match(scoresIn(chunks.at(-1))['lexical_similarity'], { status: 'failed', value: null, reason: 'queue_full' })
  t.match(scoresIn(chunks.at(-1))['g_nll'], { status: 'ok' })
  t.equal(server.requests.filter(drawsSamples).length, 0)
  server.use(forBoth(json(completion({ text: 'Canberra' })), hang))
  const whole = await sidecar.post({ ...ask, stream: false })
  t.match([whole.status, scoresIn(whole.json)['lexical_similarity']], [200, { value: null, reason: 'queue_full' }])
  release()
})

t.test('what is wrong with the request is told even then', async (t) => {
  const sidecar = await setupSidecar(t, { big: {} }, { maxRemoteActive: 1, queueLimit: 0 })
  const release = await sidecar.app.remoteAdmission.acquire(place)
  const { status } = await sidecar.post({ ...ask, uncertainty: { scorers: ['g_nil'] } })
  t.equal(status, 400)
  t.equal(sidecar.server('big').requests.length, 0)
  release()
})

t.test('the first token is there while its samples still wait for a place', async (t) => {
  const sidecar = await setupSidecar(t, { big: {} }, { maxRemoteActive: 1, queueLimit: 1 })
  sidecar.server('big').use(forBoth(sse(CHUNKS), SAMPLES))
  const release = await sidecar.app.remoteAdmission.acquire(place)
  const response = await sidecar.open(ask)
  const reader = response.body!.getReader()
  let seen = ''
  // Would wait for ever if the answer waited for the gate.
  while (!seen.includes('"finish_reason":"stop"')) seen += Buffer.from((await reader.read()).value ?? []).toString()
  t.equal(sidecar.app.remoteAdmission.stats().waiting, 1)
  release()
  for (let part = await reader.read(); !part.done; part = await reader.read())
    seen += Buffer.from(part.value).toString()
  t.match(seen, /"lexical_similarity":\{"status":"ok"/)
})

t.test('the answer is asked for before its samples, even where one call is open at a time', async (t) => {
  const sidecar = await setupSidecar(t, { big: { limits: { max_concurrency: 1 } } })
  const server = sidecar.server('big')
  server.use(forBoth(sse(CHUNKS), SAMPLES))
  const { chunks } = await sidecar.post(ask)
  t.match(scoresIn(chunks.at(-1))['lexical_similarity'], { status: 'ok' })
  t.same(server.requests.map(drawsSamples), [false, true])
})

t.test('the first token is there while its samples are still being drawn', async (t) => {
  const { opened, open } = latch()
  const sidecar = await setupSidecar(t, { big: {} })
  sidecar.server('big').use(forBoth(sse(CHUNKS), after(opened, SAMPLES)))
  const response = await sidecar.open(ask)
  const reader = response.body!.getReader()
  t.match(Buffer.from((await reader.read()).value ?? []).toString(), /^data: /)
  open()
  await reader.cancel()
})

t.test('the embedded model’s answer does not wait for a place that its own samples hold', async (t) => {
  const app = await build(t, { config: { maxActive: 1, queueLimit: 1 } })
  const payload = { messages, uncertainty }
  const got = await app.inject({ method: 'POST', url: '/v1/chat/completions', payload })
  t.equal(got.statusCode, 200)
  t.match(scoresIn(got.json())['lexical_similarity'], { status: 'ok' })
  t.equal(app.admission.stats().active, 0)
})

t.test('an answer of the embedded model has the time that the service gives, streamed or not', async (t) => {
  const engine = createFakeEngine({ gate: new Promise(() => undefined) })
  const app = await build(t, { engine, config: { deadlineMs: 100 } })
  await app.listen({ port: 0, host: '127.0.0.1' })
  for (const stream of [false, true]) {
    const got = await app.inject({ method: 'POST', url: '/v1/chat/completions', payload: { messages, stream } })
    t.equal(got.statusCode, 503)
    t.match(got.json(), { error: { code: 'QUALM_ERR_QUEUE_TIMEOUT', message: /deadline of 100 ms/ } })
    t.ok(Number(got.headers['retry-after']) >= 1)
  }
  t.ok(engine.signals.every(({ aborted }) => aborted))
  t.equal(app.admission.stats().active, 0)
})

t.test('a stream that is cut off by its deadline says so, and has no number', async (t) => {
  const token = { id: 1, text: 'Can', logprob: -0.1, entropy: 0.1, top: [], end: false }
  const slow = createFakeEngine()
  const engine: typeof slow = {
    ...slow,
    generate: (_request, { signal, onToken }) =>
      new Promise((_resolve, reject) => {
        onToken?.(0, token)
        signal.addEventListener('abort', () => reject(signal.reason as Error))
      })
  }
  const app = await build(t, { engine, config: { deadlineMs: 100 } })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const payload = { messages, stream: true }
  const got = await app.inject({ method: 'POST', url: '/v1/chat/completions', payload })
  t.equal(got.statusCode, 200)
  t.match(got.body, /"content":"Can"/)
  t.match(got.body, /"code":"QUALM_ERR_QUEUE_TIMEOUT"/)
  t.notMatch(got.body, 'uncertainty')
})
