/** Bodies of `/v1/policies`, as JSON Schema and as types. Descriptions become the OpenAPI page. */
import Type, { type Static } from 'typebox'
import { Guarantee, ObjectiveRequest, StatedObjective } from './objective.js'
import { closed, nullable, words } from './pieces.js'
import { PolicyExample } from './policy-example.js'
import { AbstainObjective, Escalation, Group, Thresholds, Tune, Tuning } from './policy-parts.js'
import { PolicyReport } from './policy-report.js'
import { WatchReport } from './watch.js'

export type { PolicyExample } from './policy-example.js'

/** Names of stored objects; a name of dots only would be lost in a URL. */
export const POLICY_NAME = '^(?!\\.{1,2}$)[A-Za-z0-9._-]{1,64}$'
/** A name, or a name with a version: `support-bot@2`. */
export const POLICY_REFERENCE = '^(?!\\.{1,2}(@|$))[A-Za-z0-9._-]{1,64}(@[1-9][0-9]{0,8})?$'
export const MAX_EXAMPLES = 100_000

const Anything = Type.Unsafe<Record<string, unknown>>({ type: 'object', additionalProperties: true })

const Actions = Type.Object(
  {
    below: words(['accept'], 'At or below the threshold, in uncertainty.'),
    between: words(
      ['review', 'escalate'],
      'Between two thresholds. When the policy cannot tell, as evidence is missing or the guarantee is broken, the ' +
        'action is review.'
    ),
    above: words(['review', 'abstain', 'escalate'], 'Above the threshold, or above both.')
  },
  closed
)

/** Body of `POST /v1/policies`. */
export const PolicyRequest = Type.Object(
  {
    name: Type.String({ pattern: POLICY_NAME, description: 'A name in use gets a new version.' }),
    scorer: Type.String({ minLength: 1, maxLength: 64, description: 'Name from GET /v1/scorers.' }),
    options: Type.Optional(
      Type.Unsafe<Record<string, unknown>>({ ...Anything, description: 'Options of the scorer.' })
    ),
    model: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 128,
        description: 'Language model for examples whose request names none.'
      })
    ),
    examples: Type.Array(PolicyExample, { minItems: 1, maxItems: MAX_EXAMPLES }),
    objective: ObjectiveRequest,
    abstain: Type.Optional(AbstainObjective),
    actions: Type.Optional(Type.Partial(Actions, closed)),
    escalation: Type.Optional(Escalation),
    tune: Type.Optional(Tune)
  },
  closed
)
export type PolicyRequest = Static<typeof PolicyRequest>

/** The body with the examples of a calibration in place of a scorer and examples of its own. */
export const PolicyCreation = Type.Object(
  {
    ...PolicyRequest.properties,
    scorer: Type.Optional(PolicyRequest.properties.scorer),
    examples: Type.Optional(PolicyRequest.properties.examples),
    calibration: Type.Optional(
      Type.String({
        pattern: POLICY_REFERENCE,
        description: 'Name of a calibration of one scorer, instead of `scorer`, `options`, `model` and `examples`.'
      })
    )
  },
  closed
)
export type PolicyCreation = Static<typeof PolicyCreation>

export const Binding = Type.Union(
  [
    Type.Literal('unknown'),
    Type.Object(
      {
        scorer: Type.String(),
        models: Type.Array(
          Type.Object(
            {
              role: Type.String(),
              id: Type.String(),
              digest: nullable(
                Type.String({ description: 'Over weights, configuration, tokenizer and chat template.' })
              )
            },
            closed
          )
        ),
        scorers: Type.Optional(
          Type.Array(Type.Object({ name: Type.String(), digest: Type.String() }, closed), {
            description: 'Digests of version, needs and options of each scorer.'
          })
        )
      },
      closed
    )
  ],
  { description: 'What the scores came from. `unknown` for raw scores.' }
)

const content = {
  scorer: Type.String(),
  options: Anything,
  model: nullable(Type.String({ description: 'Language model of the examples; null when nothing tells.' })),
  direction: words(['higher_is_more_uncertain', 'higher_is_more_certain'], 'How to read `threshold`.'),
  threshold: nullable(
    Type.Number({
      description:
        "On the scorer's own scale; a score equal to it is accepted. For sets, the largest score of an option that is " +
        'in. null: every group has its own.'
    })
  ),
  thresholds: Type.Optional(Thresholds),
  objective: StatedObjective,
  actions: Actions,
  guarantee: Type.Unsafe<Static<typeof Guarantee> | null>({
    ...Guarantee,
    type: ['object', 'null'],
    description: 'null: the threshold did best on the examples and promises nothing.'
  }),
  abstain: Type.Optional(
    Type.Object(
      { objective: StatedObjective, guarantee: Guarantee },
      { ...closed, description: 'What the second threshold is to achieve, and promises.' }
    )
  ),
  groups: Type.Optional(Type.Array(Group, { description: 'By name. A group that is not here gets review.' })),
  escalation: Type.Optional(Escalation),
  tuning: Type.Optional(Tuning),
  answered_share: Type.Number({ minimum: 0, maximum: 1, description: 'Share of the scored examples accepted.' }),
  report: PolicyReport,
  binding: Binding,
  warnings: Type.Array(Type.Object({ code: Type.String(), message: Type.String() }, closed))
}

/** A stored policy as callers see it. */
export const Policy = Type.Object(
  {
    object: words(['policy'], 'Kind of object.'),
    name: Type.String(),
    version: Type.Integer({ minimum: 1 }),
    ...content,
    created: Type.Integer({ description: 'Unix seconds.' }),
    watch: Type.Optional(WatchReport)
  },
  closed
)
export type Policy = Static<typeof Policy>
/** What a policy says, whatever its name and version. */
export type PolicyContent = Omit<Policy, 'object' | 'name' | 'version' | 'created' | 'watch'>

/** A policy in an export: with the scores that conformal p-values are taken against. */
export const PolicyDocument = Type.Object(
  {
    ...content,
    calibration: Type.Array(Type.Number(), {
      maxItems: MAX_EXAMPLES,
      description: 'Uncertainties of the examples that were right, ascending.'
    }),
    reference: Type.Optional(
      Type.Array(Type.Number(), {
        maxItems: MAX_EXAMPLES,
        description: 'Uncertainties of examples, right and wrong, ascending: what later scores are watched against.'
      })
    )
  },
  closed
)
export type PolicyDocument = Static<typeof PolicyDocument>

/** 200 of `GET /v1/policies`: the newest version of every name. */
export const PolicyList = Type.Object(
  {
    object: words(['list'], 'Kind of object.'),
    data: Type.Array(Policy)
  },
  closed
)
export type PolicyList = Static<typeof PolicyList>

/** Path parameter of one policy. */
export const PolicyParams = Type.Object(
  {
    reference: Type.String({ pattern: POLICY_REFERENCE, description: 'name, or name@version.' })
  },
  closed
)
