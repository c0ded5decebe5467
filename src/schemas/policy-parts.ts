/** Parts of a policy that only some have: a second threshold, groups, escalation and tuning. */
import Type from 'typebox'
import { closed, name, nullable, words } from './pieces.js'

const Anything = Type.Unsafe<Record<string, unknown>>({ type: 'object', additionalProperties: true })
const Money = (description: string) => Type.Number({ minimum: 0, maximum: 1e12, description })

export const AbstainObjective = Type.Object(
  {
    kind: words(['coverage'], 'At most `target` of the right answers are above the second threshold.'),
    target: Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 }),
    level: Type.Optional(Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 }))
  },
  { ...closed, description: 'Adds a second threshold, above which `actions.above` holds; between them, `between`.' }
)

export const Escalation = Type.Object(
  {
    model: name('The stronger model, as its callers know it; told with every escalated answer.'),
    cost: Type.Optional(Money('What an answer of it costs, in a unit of your choice.')),
    own_cost: Type.Optional(Money('What an answer of the model under test costs, in the same unit. Default: 0.'))
  },
  { ...closed, description: 'Where answers with the action escalate go.' }
)

const OptionLists = Type.Unsafe<Record<string, readonly unknown[]>>({
  type: 'object',
  additionalProperties: { type: 'array', minItems: 1, maxItems: 16 },
  maxProperties: 16,
  description: 'Values to try, by option.'
})

export const Tune = Type.Object(
  {
    split: Type.Optional(
      Type.Number({
        minimum: 0.05,
        maximum: 0.95,
        description: 'Share of the examples to tune on; the guarantee rests on the others alone. Default: 0.3.'
      })
    ),
    options: Type.Optional(OptionLists),
    scorers: Type.Optional(
      Type.Unsafe<Record<string, Record<string, readonly unknown[]>>>({
        type: 'object',
        additionalProperties: OptionLists,
        maxProperties: 16,
        description: 'More scorers to try, each with values by option.'
      })
    ),
    seed: Type.Optional(Type.Integer({ minimum: 0, maximum: 4_294_967_295, description: 'Of the split. Default: 0.' }))
  },
  { ...closed, description: 'Choose scorer and options that answer most under the objective, on examples set aside.' }
)

export const Thresholds = Type.Object(
  { accept: nullable(Type.Number()), abstain: nullable(Type.Number()) },
  { ...closed, description: 'With two thresholds.' }
)

export const Group = Type.Object(
  {
    group: Type.String(),
    n: Type.Integer({ minimum: 0, description: 'Its examples with a score.' }),
    threshold: nullable(Type.Number({ description: 'null: its answers get review.' })),
    abstain: Type.Optional(nullable(Type.Number({ description: 'Its second threshold.' }))),
    reason: Type.Optional(Type.String({ description: 'too_few_examples or no_valid_threshold.' })),
    needed: Type.Optional(Type.Integer({ description: 'Examples that it needs.' })),
    smallest_attainable_target: Type.Optional(nullable(Type.Number())),
    compared: Type.Integer({ minimum: 0, description: 'Its scores among those of the export, in order of groups.' })
  },
  closed
)

export const Tuning = Type.Object(
  {
    n: Type.Integer({ minimum: 0, description: 'Examples that were tuned on and play no other part.' }),
    candidates: Type.Array(
      Type.Object(
        {
          scorer: Type.String(),
          options: Anything,
          answered_share: nullable(
            Type.Number({ description: 'On the tuning split; null: no valid threshold there.' })
          ),
          aurc: nullable(Type.Number())
        },
        closed
      )
    ),
    chosen: Type.Integer({ minimum: 0, description: 'Place among the candidates.' })
  },
  closed
)
