/** Labelled examples in bodies of `/v1/policies`. */
import Type, { type Static } from 'typebox'
import { closed, LIMITS, name } from './pieces.js'

const Grade = (description: string) =>
  Type.Unsafe<boolean | number>({ type: ['boolean', 'number'], minimum: 0, maximum: 1, description })

export const PolicyExample = Type.Object(
  {
    score: Type.Optional(Type.Number({ description: "Value of the policy's scorer, on the scorer's own scale." })),
    scores: Type.Optional(
      Type.Unsafe<Record<string, number>>({
        type: 'object',
        additionalProperties: { type: 'number' },
        maxProperties: LIMITS.scorers,
        description: 'Values by scorer, for `tune` among several.'
      })
    ),
    request: Type.Optional(
      Type.Unsafe<Record<string, unknown>>({
        type: 'object',
        additionalProperties: true,
        description: 'A /v1/score body; the answer that it yields is scored.'
      })
    ),
    probabilities: Type.Optional(
      Type.Array(Type.Number({ minimum: 0, maximum: 1 }), {
        minItems: 2,
        maxItems: LIMITS.choices,
        description: 'For sets: probabilities of the options, summing to 1.'
      })
    ),
    correct: Type.Optional(
      Grade('Whether the answer was right, or a grade in [0, 1]. A grade of 0.5 or more counts as right. Not for sets.')
    ),
    right: Type.Optional(
      Type.Unsafe<string | number>({
        type: ['string', 'integer'],
        minimum: 0,
        maximum: LIMITS.choices - 1,
        maxLength: 4_096,
        description: 'For sets: the right option, by label ("B"), by text, or by place from 0.'
      })
    ),
    group: Type.Optional(name('With groups, every group gets its own threshold. Default: `group` of the request.')),
    escalated_correct: Type.Optional(Grade('Whether the answer of the stronger model was right, or its grade.'))
  },
  { ...closed, description: 'Exactly one of `score`, `scores`, `request` and `probabilities`.' }
)
export type PolicyExample = Static<typeof PolicyExample>
