/** Bodies of `/v1/policies/{reference}/canaries`. */
import Type, { type Static } from 'typebox'
import { closed, nullable, words } from './pieces.js'

/** Enough to notice a changed model, few enough to score at every start. */
export const MAX_CANARIES = 50

const Anything = Type.Unsafe<Record<string, unknown>>({ type: 'object', additionalProperties: true })

/** Body of `PUT /v1/policies/{reference}/canaries`. */
export const CanaryRequest = Type.Object(
  {
    requests: Type.Array(Anything, {
      minItems: 1,
      maxItems: MAX_CANARIES,
      description: '/v1/score bodies. They are kept with the policy, texts and all, so choose ones that may be kept.'
    })
  },
  closed
)
export type CanaryRequest = Static<typeof CanaryRequest>

const Value = (description: string) => nullable(Type.Number({ description }))

/** What a check of canaries found. */
export const CanaryReport = Type.Object(
  {
    object: words(['canaries'], 'Kind of object.'),
    policy: Type.String({ description: 'name@version.' }),
    n: Type.Integer({ minimum: 1 }),
    passed: Type.Boolean({ description: 'While false, the guarantee is not valid and every decision is review.' }),
    changed: Type.Array(
      Type.Object(
        {
          index: Type.Integer({ minimum: 0, description: 'Place among the requests.' }),
          before: Type.Number({ description: "Score when the canaries were set, on the scorer's own scale." }),
          now: Value('Score of today; null without one.')
        },
        closed
      ),
      { description: 'Canaries whose score differs.' }
    )
  },
  closed
)
export type CanaryReport = Static<typeof CanaryReport>

/** A set of canaries in the store. */
export const CanaryDocument = Type.Object(
  { examples: Type.Array(Type.Object({ request: Anything, score: Type.Number() }, closed), { minItems: 1 }) },
  closed
)
export type CanaryDocument = Static<typeof CanaryDocument>
