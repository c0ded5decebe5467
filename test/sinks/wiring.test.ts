import t from 'tap'
import { createFakeScoring } from '../fixtures/fake-scoring.js'
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

t.test('what a sink could not tell is counted', async (t) => {
  const app = await build(t)
  app.metrics.dropped('langfuse', 'full')
  t.match(await app.metrics.render(), 'qualm_sink_dropped_total{sink="langfuse",reason="full"} 1')
})
