import t, { type Test } from 'tap'
import { hang, json, limited, problem, reset, stall, status } from '../../fixtures/upstream-server.js'
import { ask, ASK, failure, never, text, transportTo } from './under-test.js'

const LIMITS = { breaker_failures: 2, breaker_ms: 10_000 }

/** Lets the wall clock, by which the circuit goes, jump. */
function skip(t: Test, ms: number): void {
  const later = Date.now() + ms
  t.intercept(Date, 'now', { value: () => later })
}

t.test('failures in a row open the circuit, and nothing is sent while it is open', async (t) => {
  const { server, transport } = await transportTo(t, status(503), LIMITS)
  await failure(ask(transport))
  await failure(ask(transport))
  const error = await failure(ask(transport))
  t.match(error, { code: 'QUALM_ERR_UPSTREAM_DOWN', status: 503 })
  t.ok((error.retryAfterSeconds ?? 0) >= 1 && (error.retryAfterSeconds ?? 0) <= 10)
  t.equal(server.requests.length, 2)
  t.equal(transport.stats().outcomes['down'], 1)
  t.match(transport.problem(), /503/u, 'the first cause stays told')
})

t.test('after its time one call tries, the others are turned away, and a success closes it', async (t) => {
  const { server, transport } = await transportTo(t, [status(503), status(503), stall('{'), json({})], LIMITS)
  await failure(ask(transport))
  await failure(ask(transport))
  skip(t, 10_001)
  const leaving = new AbortController()
  const trial = ask(transport, leaving.signal)
  await server.arrived(3)
  t.match(await failure(ask(transport)), { code: 'QUALM_ERR_UPSTREAM_DOWN' })
  leaving.abort(new Error('gone'))
  await t.rejects(trial, { message: 'gone' })
  t.equal((await ask(transport)).status, 200)
  t.equal((await ask(transport)).status, 200)
})

t.test('a trial that fails opens it again', async (t) => {
  const { transport } = await transportTo(t, status(503), LIMITS)
  await failure(ask(transport))
  await failure(ask(transport))
  skip(t, 10_001)
  t.match(await failure(ask(transport)), { code: 'QUALM_ERR_UPSTREAM' })
  t.match(await failure(ask(transport)), { code: 'QUALM_ERR_UPSTREAM_DOWN' })
})

t.test('refusals and limits do not open it', async (t) => {
  const { transport } = await transportTo(t, [problem(400, 'no'), limited('1'), problem(404, 'no'), json({})], LIMITS)
  for (let calls = 0; calls < 3; calls += 1) await failure(ask(transport))
  t.equal((await ask(transport)).status, 200)
})

t.test('callers who leave do not open it', async (t) => {
  const { server, transport } = await transportTo(t, [hang, hang, hang, json({})], LIMITS)
  for (let calls = 1; calls <= 3; calls += 1) {
    const leaving = new AbortController()
    const call = ask(transport, leaving.signal)
    await server.arrived(calls)
    leaving.abort(new Error('gone'))
    await t.rejects(call, { message: 'gone' })
  }
  t.equal((await ask(transport)).status, 200)
  t.equal(transport.stats().outcomes['cancelled'], 3)
})

t.test('a success in between starts the count anew', async (t) => {
  const { transport } = await transportTo(t, [status(503), json({}), status(503), json({})], LIMITS)
  await failure(ask(transport))
  await ask(transport)
  await failure(ask(transport))
  t.equal((await ask(transport)).status, 200)
})

t.test('answers that break off in mid-stream open it', async (t) => {
  const { transport } = await transportTo(t, reset('data'), LIMITS)
  for (let calls = 0; calls < 2; calls += 1) {
    const { body } = await transport.open(ASK, { signal: never() })
    await failure(text(body))
  }
  t.match(await failure(transport.open(ASK, { signal: never() })), { code: 'QUALM_ERR_UPSTREAM_DOWN' })
})

t.test('a call that opens the circuit says why it failed itself', async (t) => {
  const { transport } = await transportTo(t, status(503), { ...LIMITS, retries: 5 })
  t.match(await failure(ask(transport)), { code: 'QUALM_ERR_UPSTREAM', message: /503/u })
})

t.test('its opening and its closing are told once each, a trial that fails is not', async (t) => {
  const told: string[] = []
  const script = [status(503), status(503), status(503), json({})]
  const { transport } = await transportTo(t, script, LIMITS, { onCircuit: (state) => told.push(state) })
  await failure(ask(transport))
  await failure(ask(transport))
  skip(t, 10_001)
  await failure(ask(transport))
  skip(t, 10_001)
  await ask(transport)
  t.strictSame(told, ['opened', 'closed'])
})
