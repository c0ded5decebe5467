/** The decision and the confidence of a score result. */
import Type from 'typebox'
import { closed, nullable, words } from './pieces.js'

const Count = Type.Integer({ minimum: 0 })
const Action = words(['accept', 'review', 'abstain', 'escalate'], 'What to do with the answer.')

const Guarantee = Type.Object(
  {
    kind: Type.String(),
    method: Type.String(),
    target: Type.Number(),
    level: Type.Optional(nullable(Type.Number())),
    n: Count,
    valid: Type.Boolean({ description: 'False once something breaks the promise; the action is then review.' })
  },
  { additionalProperties: true }
)

/** What to do with the answer, and what is promised of it. */
export const Decision = Type.Object(
  {
    action: Action,
    policy: Type.String({ description: 'name@version.' }),
    score: nullable(Type.Number()),
    threshold: Type.Optional(nullable(Type.Number())),
    thresholds: Type.Optional(
      Type.Object({ accept: nullable(Type.Number()), abstain: nullable(Type.Number()) }, closed)
    ),
    guarantee: Type.Optional(Guarantee),
    set: Type.Optional(
      Type.Array(Type.Object({ label: Type.String(), text: Type.String() }, closed), {
        description: 'With a policy of the kind sets: options of which the right one is one, at the promised rate.'
      })
    ),
    escalation: Type.Optional(
      Type.Object(
        { model: Type.String(), cost: Type.Optional(Type.Number()) },
        { ...closed, description: 'With the action escalate: the model to ask, and its price per answer.' }
      )
    ),
    reason: Type.Optional(
      Type.String({
        description: [
          'Why the action is review, e.g. needs_group, unknown_group or group_without_threshold with a policy of groups;',
          'with sets, why it is not accept: empty_set, set_too_large or answer_outside_set.'
        ].join(' ')
      })
    )
  },
  closed
)

/** The calibrated probability that the answer is right. */
export const Confidence = Type.Object(
  {
    value: Type.Number({ minimum: 0, maximum: 1 }),
    interval: Type.Optional(Type.Array(Type.Number(), { minItems: 2, maxItems: 2 })),
    calibration: Type.String(),
    scorer: Type.String()
  },
  { ...closed, description: 'Only with a calibration.' }
)
