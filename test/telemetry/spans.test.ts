import { context, propagation, SpanStatusCode, trace } from '@opentelemetry/api'
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node'
import t, { type Test } from 'tap'
import { QualmError } from '../../src/errors.js'
import { spanTelemetry } from '../../src/telemetry/spans.js'
import { createFakeEngine, type FakeEngineOptions } from '../fixtures/fake-engine.js'
import { build } from '../helper.js'

const TRACE = '0af7651916cd43dd8448eb211c80319c'
const TRACEPARENT = `00-${TRACE}-b7ad6b7169203331-01`
const QUESTION = { prompt: 'secret question', scorers: ['g_nll', 'semantic_entropy'], sampling: { n: 3 }, seed: 7 }

/** An app under telemetry, the spans that have ended, and the headers that a call of the engine would carry. */
async function traced(t: Test, options: FakeEngineOptions = {}) {
  const exporter = new InMemorySpanExporter()
  const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
  provider.register()
  t.teardown(async () => {
    await provider.shutdown()
    for (const api of [trace, context, propagation]) api.disable()
  })
  const telemetry = spanTelemetry(
    provider.getTracer('test'),
    () => 'qualm',
    async () => undefined
  )
  const fake = createFakeEngine(options)
  const sent: Readonly<Record<string, string>>[] = []
  const engine = telemetry.engine({
    ...fake,
    generate(request, callOptions) {
      sent.push(telemetry.headers())
      return fake.generate(request, callOptions)
    }
  })
  const app = await build(t, { engine, telemetry })
  const score = (payload: object, headers: Record<string, string> = {}) =>
    app.inject({ method: 'POST', url: '/v1/score', payload, headers })
  return { app, score, sent, spans: () => exporter.getFinishedSpans() }
}

t.test('a request is a span that continues the trace of its caller', async (t) => {
  const { score, spans } = await traced(t)
  await score(QUESTION, { traceparent: TRACEPARENT })
  const server = spans().find(({ name }) => name === 'POST /v1/score')
  t.equal(server?.spanContext().traceId, TRACE)
  t.equal(server?.parentSpanContext?.spanId, 'b7ad6b7169203331')
  t.match(server?.attributes, { 'http.response.status_code': 200, 'http.route': '/v1/score' })
})

t.test('a call of a language model is a span below it, with the attributes of GenAI', async (t) => {
  const { score, spans } = await traced(t)
  await score(QUESTION, { traceparent: TRACEPARENT })
  const [server] = spans().filter(({ name }) => name === 'POST /v1/score')
  const [chat] = spans().filter(({ name }) => name === 'chat fake-language')
  t.equal(chat?.parentSpanContext?.spanId, server?.spanContext().spanId)
  t.match(chat?.attributes, {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'qualm',
    'gen_ai.request.model': 'fake-language',
    'gen_ai.request.choice.count': 4,
    'gen_ai.request.seed': 7,
    'gen_ai.usage.input_tokens': 10,
    'gen_ai.response.finish_reasons': ['stop', 'stop', 'stop', 'stop']
  })
  t.ok(Number(chat?.attributes['gen_ai.usage.output_tokens']) > 0)
  t.notOk('gen_ai.request.temperature' in (chat?.attributes ?? {}), 'greedy and sampled rows differ in it')
})

t.test('the call carries the trace on to an upstream', async (t) => {
  const { score, sent, spans } = await traced(t)
  await score(QUESTION, { traceparent: TRACEPARENT })
  const [chat] = spans().filter(({ name }) => name === 'chat fake-language')
  t.same(sent, [{ traceparent: `00-${TRACE}-${chat?.spanContext().spanId}-01` }])
})

t.test('every score with a value is an event on the span of the request', async (t) => {
  const { score, spans } = await traced(t)
  const answer = await score({ ...QUESTION, scorers: ['g_nll', 'verbalized_confidence'] })
  const [server] = spans().filter(({ name }) => name === 'POST /v1/score')
  const { g_nll: known } = answer.json<{ scores: Record<string, { value: number | null }> }>().scores
  const events = server?.events.filter(({ name }) => name === 'gen_ai.evaluation.result')
  t.match(events, [
    { attributes: { 'gen_ai.evaluation.name': 'g_nll', 'gen_ai.evaluation.score.value': known?.value } }
  ])
})

t.test('no text of the conversation is in any span', async (t) => {
  const { score, spans } = await traced(t)
  const answer = (await score(QUESTION)).json<{ answer: { text: string } }>().answer.text
  const told = JSON.stringify(spans().map(({ name, attributes, events, status }) => [name, attributes, events, status]))
  t.notMatch(told, /secret/)
  t.notOk(told.includes(answer))
})

t.test('a failure is told by its code alone', async (t) => {
  const { score, spans } = await traced(t, { failure: new QualmError('QUALM_ERR_MODEL_FAILED', 'secret') })
  await score({ ...QUESTION, scorers: ['g_nll'] })
  const [chat] = spans().filter(({ name }) => name === 'chat fake-language')
  t.same(chat?.status, { code: SpanStatusCode.ERROR })
  t.equal(chat?.attributes['error.type'], 'QUALM_ERR_MODEL_FAILED')
  t.notMatch(JSON.stringify(chat?.events), /secret/)
})

t.test('probes and unknown paths leave no spans', async (t) => {
  const { app, spans } = await traced(t)
  await app.inject('/livez')
  await app.inject('/nowhere')
  t.same(spans(), [])
})
