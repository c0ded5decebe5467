import t from 'tap'
import { passTraces, traceHeaders } from '../../src/telemetry/pass-traces.js'
import { openTelemetry } from '../../src/telemetry/telemetry.js'
import type { Exchange, Transport } from '../../src/upstreams/contract.js'
import { withHeaders } from '../../src/upstreams/transport/with-headers.js'
import { createFakeEngine } from '../fixtures/fake-engine.js'
import { build } from '../helper.js'

const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

t.test('only trace headers that are well formed go on', async (t) => {
  t.same(traceHeaders({ traceparent: TRACEPARENT, tracestate: 'a=1', cookie: 'x' }), {
    traceparent: TRACEPARENT,
    tracestate: 'a=1'
  })
  t.same(traceHeaders({ traceparent: 'nonsense', tracestate: 'a=1' }), {})
  t.same(traceHeaders({ traceparent: TRACEPARENT, tracestate: 'a'.repeat(513) }), { traceparent: TRACEPARENT })
  t.same(traceHeaders({ tracestate: 'a=1' }), {})
})

t.test("a model is asked under the caller's trace, and no other", async (t) => {
  const telemetry = passTraces()
  const fake = createFakeEngine()
  const sent: unknown[] = []
  const engine: typeof fake = {
    ...fake,
    generate(request, options) {
      sent.push(telemetry.headers())
      return fake.generate(request, options)
    }
  }
  const app = await build(t, { engine, telemetry })
  const ask = (headers: Record<string, string>) =>
    app.inject({ method: 'POST', url: '/v1/score', payload: { prompt: 'x', scorers: ['g_nll'] }, headers })
  await ask({ traceparent: TRACEPARENT })
  await ask({})
  t.same(sent, [{ traceparent: TRACEPARENT }, {}])
  t.same(telemetry.headers(), {})
})

t.test('a transport adds the headers of the trace to its own', async (t) => {
  const seen: Exchange[] = []
  const transport = {
    request: async (exchange: Exchange) => {
      seen.push(exchange)
      return { status: 200, headers: {}, text: '' }
    }
  } as unknown as Transport
  const signal = new AbortController().signal
  const added = withHeaders(transport, () => ({ traceparent: TRACEPARENT }))
  await added.request({ path: '/models', headers: { accept: 'x', traceparent: 'of the caller' } }, { signal })
  t.same(seen, [{ path: '/models', headers: { accept: 'x', traceparent: TRACEPARENT } }])
})

t.test('without an endpoint nothing is exported', async (t) => {
  const engine = createFakeEngine()
  const telemetry = await openTelemetry({ env: {}, version: '1', providerOf: () => 'qualm' })
  t.equal(telemetry.engine(engine), engine)
  await telemetry.close()
})
