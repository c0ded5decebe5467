/** Upstreams that fail in every way, behind the route: an error of OpenAI's form, and never a number. */
import t from 'tap'
import { completion, completionChunks } from '../fixtures/completions.js'
import { forBoth, setupSidecar, type Json } from '../fixtures/sidecar.js'
import {
  drip,
  endless,
  hiddenError,
  html,
  huge,
  json,
  limited,
  reset,
  resetAtOnce,
  sse,
  status,
  stall,
  truncated,
  wrongLength,
  type Answer
} from '../fixtures/upstream-server.js'

const sidecar = await setupSidecar(t, {
  steady: { limits: { breaker_failures: 1000, retries: 0 } },
  again: { limits: { breaker_failures: 1000, retries: 1 } },
  narrow: { limits: { breaker_failures: 1000, retries: 0, max_response_bytes: 1_000_000 } },
  hasty: { limits: { breaker_failures: 1000, retries: 0, timeout_ms: 250, idle_timeout_ms: 100 } },
  fragile: { limits: { breaker_failures: 2, breaker_ms: 600_000, retries: 0 } }
})
const { post } = sidecar
const messages = [{ role: 'user', content: 'What is the capital of Australia?' }]
const TOKENS = [
  { text: 'Can', logprob: -0.11 },
  { text: 'berra', logprob: -0.31 }
]
const ANSWER = json(completion({ tokens: TOKENS }))
const CHUNKS = completionChunks({ tokens: TOKENS })
const scored = { scorers: ['g_nll', 'lexical_similarity'], sampling: { n: 3 } }

const ask = (model: string, answer: Answer, extra: object = {}) => {
  sidecar.server(model).use(answer)
  return post({ model, messages, ...extra })
}
const errorOf = (answer: Json) => answer['error'] as Json
const scoresIn = (uncertainty: unknown) => (uncertainty as { scores: Record<string, Json> }).scores

t.test('what is no answer is a 502, streamed or not', async (t) => {
  for (const answer of [reset(), resetAtOnce, wrongLength, truncated, html(), hiddenError(), html(502), status(500)]) {
    for (const stream of [false, true]) {
      const got = await ask('steady', answer, { stream })
      t.match([got.status, errorOf(got.json)], [502, { type: 'server_error', code: 'QUALM_ERR_UPSTREAM' }])
      t.notMatch(got.text, 'uncertainty')
    }
  }
})

t.test('a server that does not stream although it was asked to is scored all the same', async (t) => {
  const got = await ask('steady', ANSWER, { stream: true })
  t.match(got.headers.get('content-type'), /json/)
  t.match(got.json, { choices: [{ message: { content: 'Canberra' } }] })
  t.match(scoresIn(got.json['uncertainty'])['g_nll'], { status: 'ok' })
})

t.test('ten megabytes, and bytes without end, are cut off', async (t) => {
  t.match((await ask('steady', huge())).status, 502)
  for (const answer of [huge(), endless]) {
    const got = await ask('narrow', answer)
    t.match([got.status, errorOf(got.json)], [502, { code: 'QUALM_ERR_UPSTREAM', message: /max_response_bytes/ }])
  }
})

t.test('an upstream that drips or falls silent is a 504', async (t) => {
  for (const answer of [drip(), stall('{"choices":')]) {
    const got = await ask('hasty', answer)
    t.match([got.status, errorOf(got.json)], [504, { type: 'server_error', code: 'QUALM_ERR_UPSTREAM_TIMEOUT' }])
  }
})

t.test('a stream that falls silent ends with an error event, without a number', async (t) => {
  const { status: code, chunks } = await ask(
    'hasty',
    sse(CHUNKS.slice(0, 2), () => undefined),
    { stream: true }
  )
  t.equal(code, 200)
  t.match(chunks.at(-1), { error: { code: 'QUALM_ERR_UPSTREAM_TIMEOUT' } })
  t.notOk(chunks.some((chunk) => 'uncertainty' in chunk))
})

t.test('a stream that is reset ends with an error event, without a number', async (t) => {
  const broken: Answer = (response) => {
    response.write(': all before has been sent\n\n', () => void setImmediate(() => response.socket?.resetAndDestroy()))
  }
  const { chunks } = await ask('steady', sse(CHUNKS.slice(0, 2), broken), { stream: true })
  t.match(chunks.at(-1), { error: { code: 'QUALM_ERR_UPSTREAM' } })
  t.notOk(chunks.some((chunk) => 'uncertainty' in chunk))
})

t.test('a failure that passes is tried again before anything is sent', async (t) => {
  for (const stream of [false, true]) {
    const server = sidecar.server('again')
    const before = server.requests.length
    server.use([resetAtOnce, stream ? sse(CHUNKS) : ANSWER])
    const got = await post({ model: 'again', messages, stream })
    t.equal(got.status, 200)
    t.match(got.text, /"uncertainty"/)
    t.equal(server.requests.length, before + 2)
  }
})

t.test('a full upstream’s 429 is passed on with its Retry-After, and not tried again', async (t) => {
  for (const stream of [false, true]) {
    const before = sidecar.server('again').requests.length
    const got = await ask('again', limited('17'), { stream })
    t.match([got.status, got.headers.get('retry-after')], [429, '17'])
    t.match(errorOf(got.json), { message: 'Rate limit reached' })
    t.equal(sidecar.server('again').requests.length, before + 1)
  }
})

t.test('samples that fail leave the answer and its other scores, and say why', async (t) => {
  for (const [answer, reason] of [
    [limited('5'), 'upstream_limit'],
    [resetAtOnce, 'upstream_failed'],
    [status(401, '{}'), 'upstream_refused'],
    [hiddenError(), 'upstream_failed']
  ] as const) {
    const got = await ask('steady', forBoth(ANSWER, answer), { uncertainty: scored })
    t.equal(got.status, 200)
    const scores = scoresIn(got.json['uncertainty'])
    t.match(scores['g_nll'], { status: 'ok' })
    t.match(scores['lexical_similarity'], { status: 'failed', value: null, reason })
  }
})

t.test('an open circuit is a 503 that says when to come back, and the upstream is left alone', async (t) => {
  for (const round of [1, 2]) t.equal((await ask('fragile', html(500))).status, 502, String(round))
  const before = sidecar.server('fragile').requests.length
  for (const stream of [false, true]) {
    const got = await post({ model: 'fragile', messages, stream })
    t.match([got.status, errorOf(got.json)], [503, { type: 'server_error', code: 'QUALM_ERR_UPSTREAM_DOWN' }])
    t.ok(Number(got.headers.get('retry-after')) >= 1)
  }
  t.equal(sidecar.server('fragile').requests.length, before)
})
