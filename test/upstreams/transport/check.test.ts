import t, { type Test } from 'tap'
import { hang, html, json, problem, redirect, resetAtOnce, status } from '../../fixtures/upstream-server.js'
import { ask, failure, transportTo } from './under-test.js'

for (const [name, answer] of Object.entries({
  'a list': json({ data: [] }),
  'no such path': problem(404, 'Not Found'),
  'a refused key': problem(401, 'no'),
  'a rate limit': problem(429, 'slower'),
  'a web page': html(200),
  'a redirect': redirect('http://127.0.0.1:9/')
})) {
  t.test(`${name} shows that the server is there`, async (t) => {
    const { server, transport } = await transportTo(t, answer)
    t.type(await transport.check(), 'number')
    t.equal(transport.problem(), null)
    t.match(server.requests, [{ method: 'GET', path: '/v1/models', body: null }])
  })
}

for (const [name, answer, why] of [
  ['status 503', status(503), /answered 503/u],
  ['a reset', resetAtOnce, /could not be reached/u],
  ['silence', hang, /did not answer within 100 ms/u]
] as const) {
  t.test(`${name} is a problem, which passes with the next check; no call is counted`, async (t) => {
    const limits = { timeout_ms: 100, retries: 3, breaker_failures: 1 }
    const { server, transport } = await transportTo(t, [answer, json({})], limits)
    await transport.check()
    t.match(transport.problem(), why)
    t.equal(server.requests.length, 1, 'it is tried no second time')
    await transport.check()
    t.equal(transport.problem(), null)
    t.equal((await ask(transport)).status, 200, 'the circuit is closed')
    t.match(transport.stats(), { open: 0, waiting: 0, outcomes: { ok: 1, failed: 0, timeout: 0, down: 0 } })
  })
}

t.test('a check ends the problem of a call that failed, and a call that goes well that of a check', async (t) => {
  const script = [status(503), json({}), status(503), json({})]
  const { transport } = await transportTo(t, script)
  await failure(ask(transport))
  t.match(transport.problem(), /503/u)
  await transport.check()
  t.equal(transport.problem(), null)
  await transport.check()
  t.match(transport.problem(), /503/u)
  await ask(transport)
  t.equal(transport.problem(), null)
})

t.test('that a key was refused is not unlearnt by a check', async (t) => {
  const { transport } = await transportTo(t, [problem(401, 'no such key'), json({})])
  await failure(ask(transport))
  await transport.check()
  t.match(transport.problem(), /no such key/u)
})

/** Lets the wall clock, by which the circuit goes, jump. */
function skip(t: Test, ms: number): void {
  const later = Date.now() + ms
  t.intercept(Date, 'now', { value: () => later })
}

t.test('as long as the circuit turns calls away the problem stays', async (t) => {
  const { transport } = await transportTo(t, [status(503), json({})], { breaker_failures: 1, breaker_ms: 10_000 })
  await failure(ask(transport))
  await transport.check()
  t.match(transport.problem(), /503/u)
  skip(t, 10_001)
  await transport.check()
  t.equal(transport.problem(), null)
})

t.test('it needs no place', async (t) => {
  const { server, transport } = await transportTo(t, [hang, json({})], { max_concurrency: 1, timeout_ms: 300 })
  const call = failure(ask(transport))
  await server.arrived(1)
  await transport.check()
  t.equal(server.requests.length, 2)
  await call
})
