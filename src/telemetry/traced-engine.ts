/** An engine whose language models leave spans with OpenTelemetry's GenAI attributes (in development there). */
import { SpanKind, SpanStatusCode, type Attributes, type Span, type Tracer } from '@opentelemetry/api'
import type { Engine, GenerateRequest, Output } from '../engine/engine.js'
import { errorType } from './error-type.js'

/** The value that all rows share; undefined when they differ. */
function shared<T>(values: readonly T[]): T | undefined {
  return values.every((value) => value === values[0]) ? values[0] : undefined
}

function requestAttributes({ model, rows, maxTokens, seed }: GenerateRequest, provider: string): Attributes {
  return {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': provider,
    'gen_ai.request.model': model,
    'gen_ai.request.choice.count': rows.length,
    'gen_ai.request.max_tokens': maxTokens,
    'gen_ai.request.seed': seed,
    'gen_ai.request.temperature': shared(rows.map(({ temperature }) => temperature)),
    'gen_ai.request.top_p': shared(rows.map(({ topP }) => topP)),
    'gen_ai.request.top_k': shared(rows.map(({ topK }) => topK)) ?? undefined
  }
}

function outputAttributes({ rows, promptTokens, completionTokens }: Output): Attributes {
  const written = rows.reduce((sum, { tokens }) => sum + (tokens?.length ?? 0), 0)
  return {
    'gen_ai.usage.input_tokens': promptTokens,
    'gen_ai.usage.output_tokens': completionTokens ?? written,
    'gen_ai.response.finish_reasons': rows.map(({ finishReason }) => finishReason ?? 'unknown')
  }
}

async function inSpan(span: Span, work: () => Promise<Output>): Promise<Output> {
  try {
    const output = await work()
    span.setAttributes(outputAttributes(output))
    return output
  } catch (error) {
    span.setAttribute('error.type', errorType(error)).setStatus({ code: SpanStatusCode.ERROR })
    throw error
  } finally {
    span.end()
  }
}

/**
 * The same engine; every `generate` is a span `chat {model}`, active while it runs. `temperature`, `top_p` and `top_k`
 * are left out where rows differ in them. Neither prompts nor answers nor messages of errors are recorded.
 */
export function tracedEngine(engine: Engine, tracer: Tracer, providerOf: (model: string) => string): Engine {
  return {
    generate(request, options) {
      const attributes = requestAttributes(request, providerOf(request.model))
      return tracer.startActiveSpan(`chat ${request.model}`, { kind: SpanKind.CLIENT, attributes }, (span) =>
        inSpan(span, () => engine.generate(request, options))
      )
    },
    scoreText: (request, options) => engine.scoreText(request, options),
    optionProbabilities: (request, options) => engine.optionProbabilities(request, options),
    entail: (pairs, options) => engine.entail(pairs, options),
    embed: (texts, options) => engine.embed(texts, options),
    models: () => engine.models(),
    stats: () => engine.stats(),
    ready: () => engine.ready(),
    close: () => engine.close()
  }
}
