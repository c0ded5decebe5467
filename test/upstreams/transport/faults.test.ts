import t from 'tap'
import {
  drip,
  endless,
  hang,
  hiddenError,
  html,
  huge,
  json,
  limited,
  problem,
  redirect,
  reset,
  resetAtOnce,
  stall,
  status,
  truncated,
  wrongLength,
  type Answer
} from '../../fixtures/upstream-server.js'
import { ask, ASK, failure, KEY, never, transportTo } from './under-test.js'

const BROKEN: Readonly<Record<string, Answer>> = {
  'JSON that is cut off': truncated,
  'a web page with status 200': html(200),
  'a web page with status 502': html(502),
  'more bytes than the cap': huge(),
  'a reset in mid-body': reset(),
  'a reset before the answer': resetAtOnce,
  'a Content-Length that is too large': wrongLength,
  'a redirect': redirect('http://127.0.0.1:9/'),
  'status 500': problem(500, 'boom'),
  'a compressed answer': status(200, 'x', { 'content-encoding': 'gzip' })
}

for (const [name, answer] of Object.entries(BROKEN)) {
  t.test(`${name} is QUALM_ERR_UPSTREAM with status 502`, async (t) => {
    const { transport } = await transportTo(t, answer, { max_response_bytes: 10_000 })
    const error = await failure(ask(transport))
    t.equal(error.code, 'QUALM_ERR_UPSTREAM')
    t.equal(error.status, 502)
    t.equal(transport.problem(), error.message)
    t.equal(transport.stats().open, 0)
    t.equal(transport.stats().outcomes['failed'], 1)
  })
}

const SLOW: Readonly<Record<string, readonly [Answer, object]>> = {
  'no answer': [hang, { timeout_ms: 100 }],
  'silence in mid-answer': [stall('{"choices":['), { idle_timeout_ms: 100 }],
  'an answer that drips': [drip(), { timeout_ms: 200, idle_timeout_ms: 5000 }]
}

for (const [name, [answer, limits]] of Object.entries(SLOW)) {
  t.test(`${name} is QUALM_ERR_UPSTREAM_TIMEOUT, and the connection is closed`, async (t) => {
    const { server, transport } = await transportTo(t, answer, limits)
    const left = server.nextClose()
    const error = await failure(ask(transport))
    await left
    t.equal(error.code, 'QUALM_ERR_UPSTREAM_TIMEOUT')
    t.equal(error.status, 504)
    t.equal(transport.stats().outcomes['timeout'], 1)
  })
}

t.test('reading stops at the cap on bytes', async (t) => {
  const { server, transport } = await transportTo(t, endless, { max_response_bytes: 1024 })
  const left = server.nextClose()
  t.match(await failure(ask(transport)), { code: 'QUALM_ERR_UPSTREAM', message: /1024 bytes/u })
  await left
  t.equal(server.closed, 1)
})

t.test('a redirect is not followed', async (t) => {
  const { server, transport } = await transportTo(t, redirect('/v1/elsewhere'))
  t.match(await failure(ask(transport)), { message: /redirect/u })
  t.match(await failure(transport.open(ASK, { signal: never() })), { message: /redirect/u })
  t.equal(server.requests.length, 2)
})

t.test('a server that is not there is QUALM_ERR_UPSTREAM', async (t) => {
  const { server, transport } = await transportTo(t, hang)
  await server.stop()
  t.match(await failure(ask(transport)), { code: 'QUALM_ERR_UPSTREAM', message: /ECONNREFUSED/u })
})

t.test('an error object with status 200 is handed on to the dialect', async (t) => {
  const { transport } = await transportTo(t, hiddenError('busy'))
  t.match(JSON.parse((await ask(transport)).text), { error: { message: 'busy' } })
})

t.test('429 passes on its Retry-After and is not tried again', async (t) => {
  const { server, transport } = await transportTo(t, limited('17'), { retries: 3 })
  t.match(await failure(ask(transport)), { code: 'QUALM_ERR_UPSTREAM_LIMIT', status: 429, retryAfterSeconds: 17 })
  t.equal(server.requests.length, 1)
  t.equal(transport.problem(), null)
})

t.test('a Retry-After that is a date becomes seconds', async (t) => {
  const { transport } = await transportTo(t, limited(new Date(Date.now() + 3_600_000).toUTCString()))
  const { retryAfterSeconds = 0 } = await failure(ask(transport))
  t.ok(retryAfterSeconds > 3500 && retryAfterSeconds <= 3600, String(retryAfterSeconds))
})

t.test('a Retry-After that makes no sense is left out', async (t) => {
  const { transport } = await transportTo(t, limited('soon'))
  t.equal((await failure(ask(transport))).retryAfterSeconds, undefined)
})

t.test('another 4xx is a refusal with the first 300 characters of what the server says', async (t) => {
  const { server, transport } = await transportTo(t, problem(400, 'm'.repeat(1000)), { retries: 3 })
  const error = await failure(ask(transport))
  t.match(error, { code: 'QUALM_ERR_UPSTREAM_REFUSED', status: 502, extra: { upstream_status: 400 } })
  t.equal(error.message.match(/m{2,}/u)?.[0].length, 300)
  t.equal(server.requests.length, 1)
  t.equal(transport.problem(), null, 'one bad request does not make a bad server')
})

t.test('a refused key says where to look, stays a problem, and is not repeated', async (t) => {
  const { transport } = await transportTo(t, problem(401, `Incorrect API key provided: ${KEY}`))
  const error = await failure(ask(transport))
  t.match(error.message, /api_key_env/u)
  t.match(transport.problem(), /401/u)
  t.notMatch(`${error.message} ${error.stack} ${transport.problem()} ${JSON.stringify(transport.stats())}`, KEY)
})

const SAYINGS: readonly (readonly [string, RegExp])[] = [
  ['{"error":"no such model"}', /no such model/u],
  ['{"detail":[{"msg":"field required"}]}', /field required/u],
  ['{"message":"not here"}', /not here/u],
  ['plain words', /plain words/u],
  ['<html>page</html>', /answered 404$/u],
  [`${'{"error":'.repeat(5000)}1${'}'.repeat(5000)}`, /answered 404$/u]
]

for (const [body, message] of SAYINGS) {
  t.test(`the message of ${body.slice(0, 40)} is found`, async (t) => {
    const { transport } = await transportTo(t, status(404, body))
    t.match((await failure(ask(transport))).message, message)
  })
}

t.test('a success clears the problem', async (t) => {
  const { transport } = await transportTo(t, [problem(500, 'boom'), json({})])
  await failure(ask(transport))
  t.match(transport.problem(), /boom/u)
  await ask(transport)
  t.equal(transport.problem(), null)
})

t.test('compressed bytes are not handed on as they are', async (t) => {
  const { transport } = await transportTo(t, status(200, 'x', { 'content-encoding': 'gzip' }))
  t.match(await failure(transport.open(ASK, { signal: never() })), {
    code: 'QUALM_ERR_UPSTREAM',
    status: 502,
    message: /compresses its answers \(gzip\)/u
  })
  t.equal(transport.stats().outcomes['failed'], 1)
})
