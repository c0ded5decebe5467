/** What the configuration says of an upstream, as JSON Schema and as a type. Keys are snake_case, as in the file. */
import Type, { type Static } from 'typebox'

const closed = { additionalProperties: false } as const
const words = <const T extends readonly string[]>(values: T, description: string) =>
  Type.Unsafe<T[number]>({ type: 'string', enum: values, description })

/** Servers that tell log-probabilities in ways of their own; `auto` finds out which one it is. */
export const DIALECTS = ['openai', 'vllm', 'llamacpp', 'ollama', 'tgi'] as const
export type DialectName = (typeof DIALECTS)[number]

const Limits = Type.Object(
  {
    timeout_ms: Type.Optional(
      Type.Integer({ minimum: 100, maximum: 600_000, description: 'Longest time of one call. Default: 60000.' })
    ),
    idle_timeout_ms: Type.Optional(
      Type.Integer({ minimum: 100, maximum: 600_000, description: 'Longest silence within an answer. Default: 15000.' })
    ),
    connect_timeout_ms: Type.Optional(
      Type.Integer({ minimum: 10, maximum: 60_000, description: 'Longest time to connect. Default: 3000.' })
    ),
    retries: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 5, description: 'Further tries after a failure that may pass. Default: 1.' })
    ),
    max_response_bytes: Type.Optional(
      Type.Integer({ minimum: 1024, maximum: 268_435_456, description: 'Longest answer read. Default: 8388608.' })
    ),
    max_concurrency: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 4096, description: 'Calls and streams open at once. Default: 64.' })
    ),
    max_waiting: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 100_000,
        description: 'Chats that may wait for a place, and samples. Default: 256.'
      })
    ),
    breaker_failures: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1000,
        description: 'Failed tries in a row that open the circuit. Default: 5.'
      })
    ),
    breaker_ms: Type.Optional(
      Type.Integer({ minimum: 100, maximum: 600_000, description: 'Time the circuit stays open. Default: 10000.' })
    ),
    hedge_ms: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 600_000,
        description: 'Ask a second time when nothing came for so long, and take the first answer. Default: 0, never.'
      })
    )
  },
  closed
)

const Prices = Type.Object(
  {
    input_per_million: Type.Number({ minimum: 0, description: 'Of a million prompt tokens.' }),
    output_per_million: Type.Number({ minimum: 0, description: 'Of a million written tokens.' }),
    currency: Type.Optional(Type.String({ pattern: '^[A-Z]{3}$', description: 'ISO 4217. Default: USD.' }))
  },
  closed
)

/** One upstream: a server that answers as OpenAI does, with its own ways of telling log-probabilities. */
export const UpstreamSettings = Type.Object(
  {
    url: Type.String({
      pattern: '^https?://[^\\s?#]+$',
      description: 'Base URL with its version path, as OpenAI clients take it: `http://vllm:8000/v1`.'
    }),
    dialect: Type.Optional(words([...DIALECTS, 'auto'], 'What server it is. Default: auto, which asks it.')),
    model: Type.Optional(Type.String({ minLength: 1, description: 'Name of the model there. Default: the alias.' })),
    api_key_env: Type.Optional(
      Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]*$', description: 'Environment variable that holds the key.' })
    ),
    basis: Type.Optional(
      words(
        ['pre_sampling', 'post_sampling', 'unknown'],
        'What its log-probabilities are of, where the operator knows better than the dialect.'
      )
    ),
    probe: Type.Optional(
      words(
        ['first_use', 'on_demand'],
        'When it is asked what it can do: by some six short calls before the first answer is drawn from it (default), ' +
          'or only by `qualm doctor` and `GET /v1/models/{alias}`.'
      )
    ),
    context_tokens: Type.Optional(Type.Integer({ minimum: 1, description: 'Longest prompt and answer together.' })),
    limits: Type.Optional(Limits),
    prices: Type.Optional(Prices)
  },
  closed
)
export type UpstreamSettings = Readonly<Static<typeof UpstreamSettings>>

/** All upstreams by alias. */
export const Upstreams = Type.Object(
  {},
  {
    patternProperties: { '^[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}$': UpstreamSettings },
    additionalProperties: false
  }
)
export type Upstreams = Readonly<Record<string, UpstreamSettings>>

/** Limits with their defaults filled in; times in milliseconds, sizes in bytes. */
export type UpstreamLimits = ReturnType<typeof limitsOf>

/** The limits of an upstream. */
export function limitsOf({ limits = {} }: UpstreamSettings) {
  return {
    timeoutMs: limits.timeout_ms ?? 60_000,
    idleTimeoutMs: limits.idle_timeout_ms ?? 15_000,
    connectTimeoutMs: limits.connect_timeout_ms ?? 3_000,
    retries: limits.retries ?? 1,
    maxResponseBytes: limits.max_response_bytes ?? 8_388_608,
    maxConcurrency: limits.max_concurrency ?? 64,
    maxWaiting: limits.max_waiting ?? 256,
    breakerFailures: limits.breaker_failures ?? 5,
    breakerMs: limits.breaker_ms ?? 10_000,
    hedgeMs: limits.hedge_ms ?? 0
  } as const
}
