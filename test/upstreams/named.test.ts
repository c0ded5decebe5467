import t from 'tap'
import { QualmError } from '../../src/errors.js'
import { createUpstreams } from '../../src/upstreams/create.js'
import { withName } from '../../src/upstreams/named.js'
import { hang, hiddenError, reset, startUpstream, status, type Answer } from '../fixtures/upstream-server.js'
import { question } from '../fixtures/upstream-client.js'

const ALIAS = 'org/support-bot'

async function client(t: Parameters<typeof startUpstream>[0], answer: Answer, limits: object = {}) {
  const server = await startUpstream(t, answer)
  const settings = { url: server.url, dialect: 'vllm', probe: 'on_demand', limits: { retries: 0, ...limits } } as const
  const upstream = createUpstreams({ [ALIAS]: settings }, {}).get(ALIAS)!
  t.teardown(() => upstream.close())
  return { server, upstream }
}

const never = (): AbortSignal => new AbortController().signal

t.test('an error of the transport and the problem that stays name the upstream', async (t) => {
  const { upstream } = await client(t, status(503), { breaker_failures: 1 })
  await t.rejects(upstream.generate(question(), { signal: never() }), {
    code: 'QUALM_ERR_UPSTREAM',
    message: 'The upstream org/support-bot answered 503'
  })
  await t.rejects(upstream.generate(question(), { signal: never() }), {
    code: 'QUALM_ERR_UPSTREAM_DOWN',
    message: /^The upstream org\/support-bot failed too often of late/u
  })
  t.equal(upstream.info().problem, 'The upstream org/support-bot answered 503')
})

t.test('an error of the dialect names it', async (t) => {
  const { upstream } = await client(t, hiddenError('no memory'))
  await t.rejects(upstream.generate(question(), { signal: never() }), {
    message: /^The upstream org\/support-bot answered with an error: no memory/u
  })
})

t.test('what cannot be offered names it', async (t) => {
  const { upstream } = await client(t, hang)
  upstream.learn({ forcing: false })
  const request = { model: ALIAS, messages: [], text: 'x', includeEnd: false, topCount: 0 }
  await t.rejects(upstream.scoreText(request, { signal: never() }), {
    reason: 'upstream_no_forcing',
    message: /^The upstream org\/support-bot does not read given texts/u
  })
})

t.test('a stream that breaks off names it', async (t) => {
  const { upstream } = await client(t, reset('data'))
  const { body } = await upstream.relay('{}', { signal: never() })
  const read = (async () => {
    for await (const chunk of body) t.ok(chunk)
  })()
  await t.rejects(read, { message: /^The upstream org\/support-bot broke off/u })
})

t.test("whoever leaves gets their reason, and the server sees a reader's early end", async (t) => {
  const { server, upstream } = await client(t, (response) => void response.write('data'))
  const leaving = new AbortController()
  const { body } = await upstream.relay('{}', { signal: leaving.signal })
  const closed = server.nextClose()
  for await (const chunk of body) {
    t.ok(chunk)
    break
  }
  await closed
  const reason = new QualmError('QUALM_ERR_UPSTREAM_TIMEOUT', 'Too late.')
  const call = upstream.generate(question(), { signal: leaving.signal })
  leaving.abort(reason)
  t.equal(await call.catch((error: unknown) => error), reason)
  t.equal(reason.message, 'Too late.')
})

t.test('a name is put in once, before a genitive too', async (t) => {
  t.equal(withName("The upstream's answer makes no sense.", 'bot'), "The upstream bot's answer makes no sense.")
  t.equal(withName('4 calls to the upstream are open.', 'bot'), '4 calls to the upstream bot are open.')
  t.equal(withName('The upstream bot answered 500: the upstream is down', 'bot').match(/bot/gu)?.length, 1)
})
