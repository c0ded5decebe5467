import t from 'tap'
import { hang, json, problem, reset, resetAtOnce, status, times, truncated } from '../../fixtures/upstream-server.js'
import { ask, ASK, failure, never, text, transportTo } from './under-test.js'

for (const [name, answer] of Object.entries({
  '502': status(502),
  '503': status(503),
  '504': status(504),
  'a reset': resetAtOnce,
  'a reset in mid-body': reset(),
  'a body that is cut off': truncated
})) {
  t.test(`${name} is tried again`, async (t) => {
    const { server, transport } = await transportTo(t, times(2, answer, json({ ok: true })), { retries: 2 })
    t.equal((await ask(transport)).text, '{"ok":true}')
    t.equal(server.requests.length, 3)
    t.equal(transport.stats().outcomes['ok'], 1)
    t.equal(transport.stats().outcomes['failed'], 0)
  })
}

t.test('there are no more tries than the limits allow', async (t) => {
  const { server, transport } = await transportTo(t, status(503), { retries: 1 })
  t.match(await failure(ask(transport)), { code: 'QUALM_ERR_UPSTREAM' })
  t.equal(server.requests.length, 2)
})

t.test('status 500 and a timeout are not tried again', async (t) => {
  const { server, transport } = await transportTo(t, [problem(500, 'boom'), hang], { retries: 3, timeout_ms: 300 })
  await failure(ask(transport))
  t.equal(server.requests.length, 1)
  await failure(ask(transport))
  t.equal(server.requests.length, 2)
})

t.test('a server that names the time to come back is not asked sooner', async (t) => {
  const { server, transport } = await transportTo(t, status(503, '', { 'retry-after': '30' }), { retries: 3 })
  t.equal((await failure(ask(transport))).retryAfterSeconds, 30)
  t.equal(server.requests.length, 1)
})

t.test('nothing is tried again once the caller has left', async (t) => {
  const leaving = new AbortController()
  const { server, transport } = await transportTo(
    t,
    (response) => {
      response.on('finish', () => leaving.abort(new Error('gone')))
      response.writeHead(503).end()
    },
    { retries: 5 }
  )
  await t.rejects(ask(transport, leaving.signal), { message: 'gone' })
  server.use(json({}))
  await ask(transport)
  t.equal(server.requests.length, 2)
})

t.test('an open answer is tried again only before its first byte', async (t) => {
  const { server, transport } = await transportTo(t, [resetAtOnce, reset('data')], { retries: 3 })
  const { body } = await transport.open(ASK, { signal: never() })
  t.match(await failure(text(body)), { code: 'QUALM_ERR_UPSTREAM' })
  t.equal(server.requests.length, 2)
})
