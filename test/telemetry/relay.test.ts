/** The span of a chat that is relayed. */
import { context, propagation, SpanStatusCode, trace } from '@opentelemetry/api'
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node'
import t, { type Test } from 'tap'
import { spanTelemetry } from '../../src/telemetry/spans.js'
import { completion, completionChunks } from '../fixtures/completions.js'
import { setupSidecar } from '../fixtures/sidecar.js'
import { hang, json, problem, sse, type Script } from '../fixtures/upstream-server.js'

const TRACE = '0af7651916cd43dd8448eb211c80319c'
const TOKENS = [{ text: 'Canberra', logprob: -0.1 }]
const messages = [{ role: 'user', content: 'secret question' }]
const BODY = { model: 'big', messages, temperature: 0.5, max_tokens: 9 }

/** A sidecar under telemetry; `ended` waits for the span of the relayed chat. */
async function traced(t: Test, script: Script) {
  const exporter = new InMemorySpanExporter()
  const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
  provider.register()
  t.teardown(async () => {
    await provider.shutdown()
    for (const api of [trace, context, propagation]) api.disable()
  })
  const telemetry = spanTelemetry(
    provider.getTracer('test'),
    () => 'vllm',
    async () => undefined
  )
  const sidecar = await setupSidecar(t, { big: {} }, {}, {}, { telemetry })
  sidecar.server('big').use(script)
  const named = (name: string) => exporter.getFinishedSpans().filter((span) => span.name === name)
  const ended = async (name = 'chat big') => {
    while (named(name).length === 0) await new Promise(setImmediate)
    return named(name)
  }
  return { ...sidecar, ended }
}

t.test('a whole answer is one span below the request, with what it says of itself', async (t) => {
  const { post, ended } = await traced(t, json(completion({ tokens: TOKENS })))
  await post(BODY)
  const [spans, [request]] = [await ended(), await ended('POST /v1/chat/completions')]
  t.equal(spans.length, 1)
  t.equal(spans[0]?.parentSpanContext?.spanId, request?.spanContext().spanId)
  t.match(spans[0]?.attributes, {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'vllm',
    'gen_ai.request.model': 'big',
    'gen_ai.request.temperature': 0.5,
    'gen_ai.request.max_tokens': 9,
    'gen_ai.response.model': 'test-model',
    'gen_ai.response.finish_reasons': ['stop'],
    'gen_ai.usage.output_tokens': Number
  })
  t.notMatch(JSON.stringify(spans[0]?.attributes), /secret|Canberra/)
})

t.test('a streamed one ends with its stream', async (t) => {
  const usage = { prompt_tokens: 7, completion_tokens: 1 }
  const { post, ended } = await traced(t, sse([...completionChunks({ tokens: TOKENS }), { choices: [], usage }]))
  await post({ ...BODY, stream: true })
  const [span] = await ended()
  t.match(span?.attributes, {
    'gen_ai.response.model': 'test-model',
    'gen_ai.response.finish_reasons': ['stop'],
    'gen_ai.usage.input_tokens': 7,
    'gen_ai.usage.output_tokens': 1
  })
  t.notMatch(JSON.stringify(span?.attributes), /Canberra/)
})

t.test('the upstream continues the trace from that span', async (t) => {
  const { url, server, ended } = await traced(t, json(completion({ tokens: TOKENS })))
  const headers = { 'content-type': 'application/json', traceparent: `00-${TRACE}-b7ad6b7169203331-01` }
  await fetch(`${url}/v1/chat/completions`, { method: 'POST', headers, body: JSON.stringify(BODY) })
  const [span] = await ended()
  t.equal(server('big').requests[0]?.headers['traceparent'], `00-${TRACE}-${span?.spanContext().spanId}-01`)
})

t.test('a refusal is told by its status', async (t) => {
  const { post, ended } = await traced(t, problem(400, 'secret'))
  await post({ ...BODY, uncertainty: false })
  const [span] = await ended()
  t.equal(span?.attributes['error.type'], '400')
  t.same(span?.status, { code: SpanStatusCode.ERROR })
})

t.test('a client that leaves ends the span, and that of its request', async (t) => {
  const { open, ended } = await traced(t, sse(completionChunks({ tokens: TOKENS }).slice(0, 1), hang))
  const client = new AbortController()
  const response = await open({ ...BODY, stream: true }, client.signal)
  await response.body?.getReader().read()
  client.abort()
  const [span] = await ended()
  t.equal(span?.attributes['error.type'], 'QUALM_ERR_CLIENT_GONE')
  t.equal((await ended('POST /v1/chat/completions')).length, 1)
})
