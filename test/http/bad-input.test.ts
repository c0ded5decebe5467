import type { FastifyInstance } from 'fastify'
import t from 'tap'
import { createFakeScoring } from '../fixtures/fake-scoring.js'
import { build } from '../helper.js'

interface Problem {
  readonly status: number
  readonly code: string
  readonly detail: string
  readonly request_id: string
  readonly errors: readonly { readonly pointer: string; readonly message: string }[]
}

const shared = await build(t)

async function post(app: FastifyInstance, payload: string | Buffer | object, headers: Record<string, string> = {}) {
  const response = await app.inject({
    method: 'POST',
    url: '/v1/score',
    payload,
    headers: { 'content-type': 'application/json', ...headers }
  })
  return { status: response.statusCode, headers: response.headers, problem: response.json<Problem>() }
}

const withLogprob = (logprob: string) =>
  `{"prompt":"q","answer":{"text":"a","logprobs":{"content":[{"token":"a","logprob":${logprob}}]}},"scorers":["g_nll"]}`

for (const value of ['null', '""', '" "', 'true', '"-0.5"', '[-1]', '-1e309']) {
  t.test(`the log-probability ${value} is refused, never coerced`, async (t) => {
    const scoring = createFakeScoring()
    const { status, problem } = await post(await build(t, { scoring }), withLogprob(value))
    t.equal(status, 400)
    t.equal(problem.code, 'QUALM_ERR_VALIDATION')
    t.same(problem.errors, [{ pointer: '/answer/logprobs/content/0/logprob', message: 'must be number' }])
    t.equal(scoring.requests.length, 0)
  })
}

t.test('a misspelt field is named, with the nearest valid name', async (t) => {
  const { status, problem } = await post(shared, { prompt: 'q', sampels: ['a'] })
  t.equal(status, 400)
  t.same(problem.errors, [{ pointer: '/sampels', message: '"sampels" is not a field; did you mean "samples"?' }])
  t.match(problem.detail, /did you mean "samples"/)
})

t.test('a literal or an object is asked for by both', async (t) => {
  const app = await build(t)
  const response = await app.inject({
    method: 'POST',
    url: '/v1/chat/completions',
    payload: { messages: [{ role: 'user', content: 'q' }], uncertainty: true }
  })
  t.match(response.json(), {
    error: { message: '/uncertainty: must be false or an object', param: 'uncertainty', code: 'QUALM_ERR_VALIDATION' }
  })
})

t.test('a misspelt field inside an answer is named, not the union that it is part of', async (t) => {
  const { problem } = await post(shared, { prompt: 'q', answer: { text: 'a', finish_raeson: 'stop' } })
  t.same(problem.errors, [
    {
      pointer: '/answer/finish_raeson',
      message: '"finish_raeson" is not a field; did you mean "finish_reason"?'
    }
  ])
})

t.test('a value of no allowed type is told once, with all allowed types', async (t) => {
  const { problem } = await post(shared, { prompt: 'q', samples: ['a', 7] })
  t.same(problem.errors, [{ pointer: '/samples/1', message: 'must be string or object' }])
})

t.test('a word that is not in the list comes with the list and the nearest word', async (t) => {
  const { problem } = await post(shared, { prompt: 'q', fill: 'nevr' })
  t.same(problem.errors, [{ pointer: '/fill', message: 'must be one of: auto, never; did you mean "never"?' }])
})

t.test('all faults of a small body are told together', async (t) => {
  const { problem } = await post(shared, { promt: 'q', sampling: { n: 1.5, temperature: 'hot' } })
  t.same(problem.errors.map(({ pointer }) => pointer).sort(), ['/promt', '/sampling/n', '/sampling/temperature'])
})

t.test('values of the request are never quoted back', async (t) => {
  const { problem } = await post(shared, { prompt: 'q', fill: 'SECRET', seed: 'SECRET', custom_id: 5 })
  t.notMatch(JSON.stringify(problem), /SECRET/)
})

for (const [what, body, code] of [
  ['no JSON', '{"prompt": ', 'QUALM_ERR_BAD_JSON'],
  ['an empty body', '', 'QUALM_ERR_BAD_JSON'],
  ['a number beyond any double', '{"seed": 1e400}', 'QUALM_ERR_VALIDATION'],
  ['400 nested arrays', '['.repeat(400) + ']'.repeat(400), 'QUALM_ERR_BAD_JSON'],
  ['deep nesting in a free-form field', `{"options":${'{"a":'.repeat(100)}1${'}'.repeat(100)}}`, 'QUALM_ERR_BAD_JSON'],
  ['__proto__', '{"__proto__": {"polluted": 1}}', 'QUALM_ERR_BAD_JSON'],
  ['__proto__ five levels down', '{"a":{"b":{"c":{"d":{"__proto__":{"polluted":1}}}}}}', 'QUALM_ERR_BAD_JSON'],
  ['constructor.prototype', '{"metadata":{"constructor":{"prototype":{"polluted":1}}}}', 'QUALM_ERR_BAD_JSON'],
  ['a body that is a list', '[1]', 'QUALM_ERR_VALIDATION'],
  ['10⁶ samples asked for', '{"prompt":"q","sampling":{"n":1000000}}', 'QUALM_ERR_VALIDATION']
] as const) {
  t.test(`${what} is refused with 400 ${code}`, async (t) => {
    const { status, problem } = await post(shared, body)
    t.equal(status, 400)
    t.equal(problem.code, code)
    t.equal(({} as { polluted?: unknown }).polluted, undefined)
  })
}

t.test('brackets within strings are text, not nesting', async (t) => {
  const { status } = await post(shared, { prompt: '[{"\\'.repeat(200), answer: '"[', scorers: ['g_nll'] })
  t.equal(status, 200)
})

t.test('a body that is not UTF-8 is refused instead of scored with replacement characters', async (t) => {
  const scoring = createFakeScoring()
  const bytes = Buffer.concat([Buffer.from('{"prompt":"'), Buffer.of(0xff, 0xfe), Buffer.from('"}')])
  const { status, problem } = await post(await build(t, { scoring }), bytes)
  t.equal(status, 400)
  t.equal(problem.code, 'QUALM_ERR_BAD_JSON')
  t.match(problem.detail, /UTF-8/)
  t.equal(scoring.requests.length, 0)
})

t.test('ten thousand samples get one fault at their list, not ten thousand', async (t) => {
  const { status, problem } = await post(shared, { prompt: 'q', samples: Array(10_000).fill(7) })
  t.equal(status, 400)
  t.same(problem.errors, [{ pointer: '/samples', message: 'must NOT have more than 100 items' }])
})

t.test('a million wrong values do not make a million faults', async (t) => {
  const evidence = { similarity: [Array(1_000_000).fill('x')] }
  const { status, problem } = await post(shared, { prompt: 'q', evidence })
  t.equal(status, 400)
  t.ok(problem.errors.length <= 20)
})

t.test('one byte over the limit is 413', async (t) => {
  const app = await build(t, { config: { bodyLimitBytes: 1024 } })
  const body = (size: number) => `{"prompt":"${'x'.repeat(size - 13)}"}`
  t.equal((await post(app, body(1024))).status, 200)
  const { status, problem } = await post(app, body(1025))
  t.equal(status, 413)
  t.equal(problem.code, 'QUALM_ERR_BODY_TOO_LARGE')
})

for (const type of ['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'nonsense']) {
  t.test(`a body of type ${type} is 415`, async (t) => {
    const { status, problem } = await post(shared, 'a=b', { 'content-type': type })
    t.equal(status, 415)
    t.equal(problem.code, 'QUALM_ERR_MEDIA_TYPE')
  })
}

t.test('a compressed body is 415: a small one could unpack to a huge one', async (t) => {
  const { status, problem } = await post(shared, '{}', { 'content-encoding': 'gzip' })
  t.equal(status, 415)
  t.equal(problem.code, 'QUALM_ERR_MEDIA_TYPE')
})

t.test('NDJSON is 415 where it means nothing', async (t) => {
  const app = await build(t)
  const response = await app.inject({
    method: 'POST',
    url: '/v1/policies',
    payload: '{}\n',
    headers: { 'content-type': 'application/x-ndjson' }
  })
  t.equal(response.statusCode, 415)
})

t.test('lone surrogates and emoji arrive as they were sent', async (t) => {
  const scoring = createFakeScoring()
  await post(await build(t, { scoring }), '{"prompt":"\\ud800 😀\\u200b\\u202e","answer":"x"}')
  t.equal(scoring.requests[0]?.prompt, '\ud800 😀\u200b\u202e')
})

for (const url of ['/v1/score', '/v1/policies']) {
  t.test(`a POST to ${url} without body and media type is 400`, async (t) => {
    const response = await shared.inject({ method: 'POST', url })
    t.equal(response.statusCode, 400)
    t.equal(response.json().code, 'QUALM_ERR_BAD_JSON')
  })
}
