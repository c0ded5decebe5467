import t, { type Test } from 'tap'
import { completion } from '../fixtures/completions.js'
import { createFakeScoring } from '../fixtures/fake-scoring.js'
import { setupSidecar } from '../fixtures/sidecar.js'
import { json } from '../fixtures/upstream-server.js'
import { build } from '../helper.js'

t.test('the sink is offered every scored request with its metadata', async (t) => {
  const offered: unknown[] = []
  const sink = {
    offer: ({ metadata }: { metadata?: object }, { id }: { id: string }) => void offered.push([metadata, id]),
    close: async () => undefined
  }
  const app = await build(t, { sink, scoring: createFakeScoring() })
  const metadata = { langfuse_trace_id: 'trace-1' }
  await app.inject({ method: 'POST', url: '/v1/score', payload: { prompt: 'x', metadata } })
  t.same(offered, [[metadata, 'score_1']])
})

/** The metadata that a sink is offered for a chat. */
async function offeredForChat(t: Test, extra: object, headers: Readonly<Record<string, string>> = {}) {
  const offered: unknown[] = []
  const sink = {
    offer: ({ metadata }: { metadata?: object }) => void offered.push(metadata),
    close: async () => undefined
  }
  const sidecar = await setupSidecar(t, { big: {} }, {}, {}, { sink })
  sidecar.server('big').use(json(completion({ tokens: [{ text: 'Canberra', logprob: -0.1 }] })))
  await fetch(`${sidecar.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ model: 'big', messages: [{ role: 'user', content: 'Capital?' }], ...extra })
  })
  return { offered, sent: sidecar.server('big').requests[0]! }
}

t.test('a chat names its trace in the metadata, which the upstream gets too', async (t) => {
  const metadata = { langfuse_trace_id: 'trace-1', langfuse_observation_id: 'span-1' }
  const { offered, sent } = await offeredForChat(t, { metadata })
  t.same(offered, [metadata])
  t.match(sent.body, { metadata })
})

t.test('or in headers, which the upstream does not get', async (t) => {
  const headers = { 'x-langfuse-trace-id': 'trace-1', 'x-langfuse-observation-id': 'span-1' }
  const { offered, sent } = await offeredForChat(t, {}, headers)
  t.same(offered, [{ langfuse_trace_id: 'trace-1', langfuse_observation_id: 'span-1' }])
  t.notOk('metadata' in (sent.body as object))
  t.notOk('x-langfuse-trace-id' in sent.headers)
})

t.test('metadata that is no map of strings is left to the upstream', async (t) => {
  for (const metadata of [null, 'x', ['x'], { langfuse_trace_id: 5, deep: { a: 1 } }]) {
    const { offered, sent } = await offeredForChat(t, { metadata })
    t.notOk('langfuse_trace_id' in (offered[0] as object), JSON.stringify(metadata))
    t.strictSame((sent.body as { metadata: unknown }).metadata, metadata)
  }
})

t.test('what a sink could not tell is counted', async (t) => {
  const app = await build(t)
  app.metrics.dropped('langfuse', 'full')
  t.match(await app.metrics.render(), 'qualm_sink_dropped_total{sink="langfuse",reason="full"} 1')
})
