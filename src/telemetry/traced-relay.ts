/** A transport whose relayed chats leave spans with OpenTelemetry's GenAI attributes (in development there). */
import { context, SpanKind, SpanStatusCode, trace, type Attributes, type Span, type Tracer } from '@opentelemetry/api'
import type { Exchange, OpenReply, Transport } from '../upstreams/contract.js'
import { errorType } from './error-type.js'
import { Overheard } from './overheard.js'

/** Fields of a chat request that are attributes as they are, where they are numbers. */
const NUMBERS: Readonly<Record<string, string>> = {
  temperature: 'gen_ai.request.temperature',
  top_p: 'gen_ai.request.top_p',
  top_k: 'gen_ai.request.top_k',
  seed: 'gen_ai.request.seed',
  max_tokens: 'gen_ai.request.max_tokens',
  max_completion_tokens: 'gen_ai.request.max_tokens',
  n: 'gen_ai.request.choice.count'
}

/** The request as it goes out, which Qualm has written as text. */
function bodyOf({ body }: Exchange): Readonly<Record<string, unknown>> {
  try {
    return typeof body === 'string' ? (JSON.parse(body) as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

function requestAttributes(exchange: Exchange, model: string, provider: string): Attributes {
  const body = bodyOf(exchange)
  const numbers = Object.entries(NUMBERS).flatMap(([field, name]) =>
    typeof body[field] === 'number' ? [[name, body[field]] as const] : []
  )
  return {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': provider,
    'gen_ai.request.model': model,
    ...Object.fromEntries(numbers)
  }
}

/** A span that ends once. */
class Ending {
  readonly #span: Span
  #isOver = false
  constructor(span: Span) {
    this.#span = span
  }

  end(attributes: Attributes, failure: string | null): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#span.setAttributes(attributes)
    if (failure !== null) this.#span.setAttribute('error.type', failure).setStatus({ code: SpanStatusCode.ERROR })
    this.#span.end()
  }
}

/** The same bytes; `ending` when they are over, when they fail, and when their reader leaves or never comes. */
function followed({ status, headers, body }: OpenReply, ending: Ending, signal: AbortSignal): OpenReply['body'] {
  const overheard = new Overheard(headers['content-type'] ?? '')
  const refused = status >= 400 ? String(status) : null
  signal.addEventListener('abort', () => ending.end(overheard.attributes(), errorType(signal.reason)), { once: true })
  async function* passed(): AsyncGenerator<Uint8Array> {
    try {
      for await (const bytes of body) {
        overheard.hear(bytes)
        yield bytes
      }
    } catch (error) {
      ending.end(overheard.attributes(), errorType(error))
      throw error
    } finally {
      ending.end(overheard.attributes(), refused)
    }
  }
  return passed()
}

/**
 * The same transport; every chat that is relayed over it is a span `chat {alias}`, from the call to the last byte of its
 * answer. Neither prompts nor answers nor messages of errors are recorded.
 */
export function tracedRelay(alias: string, transport: Transport, tracer: Tracer, provider: string): Transport {
  return {
    ...transport,
    async open(exchange, options) {
      const attributes = requestAttributes(exchange, alias, provider)
      const span = tracer.startSpan(`chat ${alias}`, { kind: SpanKind.CLIENT, attributes })
      const ending = new Ending(span)
      try {
        const within = trace.setSpan(context.active(), span)
        const reply = await context.with(within, () => transport.open(exchange, options))
        return { ...reply, body: followed(reply, ending, options.signal) }
      } catch (error) {
        ending.end({}, errorType(error))
        throw error
      }
    }
  }
}
