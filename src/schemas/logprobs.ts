/** Supplied log-probabilities, in either of OpenAI's shapes. */
import Type, { type Static } from 'typebox'
import { closed, LIMITS, nullable } from './pieces.js'

const Logprob = Type.Number({
  description: 'Natural logarithm of the probability; never null. −1000 or less reads as censored.'
})
const Bytes = Type.Unsafe<number[] | null>({
  type: ['array', 'null'],
  items: { type: 'integer', minimum: 0, maximum: 255 },
  maxItems: 1_024,
  description: 'UTF-8 bytes of the token; they matter where one character is split over tokens.'
})
const TokenText = Type.String({ maxLength: 1_024, description: 'Text of the token.' })
const TokenId = Type.Integer({ minimum: 0, description: 'Vocabulary id, where the server tells it.' })

const TopLogprob = Type.Object(
  { token: TokenText, logprob: Logprob, bytes: Type.Optional(Bytes), id: Type.Optional(TokenId) },
  closed
)

const ChatToken = Type.Object(
  {
    token: TokenText,
    logprob: Logprob,
    bytes: Type.Optional(Bytes),
    id: Type.Optional(TokenId),
    top_logprobs: Type.Optional(
      Type.Unsafe<Static<typeof TopLogprob>[] | null>({
        type: ['array', 'null'],
        items: TopLogprob,
        maxItems: LIMITS.topLogprobs
      })
    )
  },
  closed
)

/** Log-probabilities as chat completions return them. */
export const ChatLogprobs = Type.Object(
  {
    content: Type.Array(ChatToken, { maxItems: LIMITS.logprobTokens }),
    refusal: Type.Optional(Type.Unsafe<unknown[] | null>({ type: ['array', 'null'], maxItems: 0 }))
  },
  { ...closed, description: "Chat completions' shape." }
)

/** Log-probabilities as the legacy completions endpoint returns them: parallel arrays. */
export const LegacyLogprobs = Type.Object(
  {
    tokens: Type.Array(TokenText, { maxItems: LIMITS.logprobTokens }),
    token_logprobs: Type.Array(nullable(Type.Number()), {
      maxItems: LIMITS.logprobTokens,
      description: 'One per token; only the first may be null.'
    }),
    top_logprobs: Type.Optional(
      Type.Unsafe<(Record<string, number> | null)[] | null>({
        type: ['array', 'null'],
        maxItems: LIMITS.logprobTokens,
        items: {
          type: ['object', 'null'],
          additionalProperties: { type: 'number' },
          maxProperties: LIMITS.topLogprobs + 1
        }
      })
    ),
    text_offset: Type.Optional(Type.Array(Type.Integer({ minimum: 0 }), { maxItems: LIMITS.logprobTokens }))
  },
  { ...closed, description: "Legacy completions' shape." }
)

/** Either shape, or null. */
export const Logprobs = Type.Unsafe<Static<typeof ChatLogprobs> | Static<typeof LegacyLogprobs> | null>({
  anyOf: [ChatLogprobs, LegacyLogprobs, { type: 'null' }],
  description: 'Log-probabilities of the tokens of `text`; those of the end token may follow.'
})
