/** The sampling settings of a score request. */
import Type from 'typebox'
import { closed, LIMITS, nullable, words } from './pieces.js'

const Adaptive = Type.Object(
  {
    rule: words(
      ['beta', 'window', 'entropy', 'decision'],
      [
        'beta: one meaning leads for certain enough; window: samples in a row agree;',
        'entropy: the entropy over meanings is known well enough;',
        "decision: the policy's decision can no longer change."
      ].join(' ')
    ),
    threshold: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        description:
          'beta: probability, default 0.95; window: samples, default 5; entropy: standard deviation in nats, default 0.1.'
      })
    ),
    min: Type.Optional(
      Type.Integer({ minimum: 1, maximum: LIMITS.samples, description: 'Samples to draw in any case. Default: 2.' })
    )
  },
  {
    ...closed,
    description: 'Stop drawing samples early; `n` is then the most. Sample r is the same as without, for the same seed.'
  }
)

/** How missing answers and samples are decoded. */
export const Sampling = Type.Object(
  {
    n: Type.Optional(Type.Integer({ minimum: 1, maximum: LIMITS.samples, description: 'Samples to draw.' })),
    temperature: Type.Optional(Type.Number({ minimum: 0, maximum: 2 })),
    top_p: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1 })),
    top_k: Type.Optional(nullable(Type.Integer({ minimum: 1, maximum: 1_000_000 }))),
    max_tokens: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: LIMITS.maxTokens,
        description: 'Longest answer and longest sample, in tokens.'
      })
    ),
    stop: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 256 }), { maxItems: LIMITS.stopStrings })),
    adaptive: Type.Optional(Adaptive)
  },
  { ...closed, description: 'How missing answers and samples are decoded.' }
)
