import t from 'tap'
import { build } from '../helper.js'

t.test('while the event loop lags requests are turned away and probes still answer', async (t) => {
  const app = await build(t, { config: { maxEventLoopDelayMs: 1 } })
  // Blocks the loop in small pieces until the lag has been noticed.
  while (!app.isUnderPressure()) {
    for (const until = performance.now() + 20; performance.now() < until;);
    await new Promise(setImmediate)
  }
  const refused = await app.inject('/v1/scorers')
  t.equal(refused.statusCode, 503)
  t.equal(refused.json().code, 'QUALM_ERR_OVERLOADED')
  t.equal(refused.headers['retry-after'], '1')
  t.ok(refused.headers['x-request-id'])
  t.equal((await app.inject('/livez')).statusCode, 200)
  t.match((await app.inject('/metrics')).body, /qualm_rejected_total\{reason="overloaded"\} 1/)
})
