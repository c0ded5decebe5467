/** Bodies of `/v1/policies`, as JSON Schema and as types. Descriptions become the OpenAPI page. */
import Type, { type Static, type TSchema } from 'typebox'

/** Names of stored objects; a name of dots only would be lost in a URL. */
export const POLICY_NAME = '^(?!\\.{1,2}$)[A-Za-z0-9._-]{1,64}$'
/** A name, or a name with a version: `support-bot@2`. */
export const POLICY_REFERENCE = '^(?!\\.{1,2}(@|$))[A-Za-z0-9._-]{1,64}(@[1-9][0-9]{0,8})?$'
export const MAX_EXAMPLES = 100_000

const closed = { additionalProperties: false } as const
const words = <const T extends readonly string[]>(values: T, description: string) =>
  Type.Unsafe<T[number]>({ type: 'string', enum: values, description })
const nullable = <T extends TSchema & { type: string }>(schema: T) =>
  Type.Unsafe<Static<T> | null>({ ...schema, type: [schema.type, 'null'] })
const Anything = Type.Unsafe<Record<string, unknown>>({ type: 'object', additionalProperties: true })
const Count = Type.Integer({ minimum: 0 })
const Share = Type.Number({ minimum: 0, maximum: 1 })
const OpenShare = (description: string) => Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1, description })

const ObjectiveKind = words(
  ['selective_error', 'coverage', 'expected_risk'],
  '`selective_error`: P(wrong | accepted) ≤ target. `coverage`: at most `target` of the right answers are turned ' +
    'away. `expected_risk`: E[loss · accepted] ≤ target.'
)

const Example = Type.Object(
  {
    score: Type.Optional(Type.Number({ description: "Value of the policy's scorer, on the scorer's own scale." })),
    request: Type.Optional(
      Type.Unsafe<Record<string, unknown>>({
        ...Anything,
        description: 'A /v1/score body; the answer that it yields is scored.'
      })
    ),
    correct: Type.Unsafe<boolean | number>({
      type: ['boolean', 'number'],
      minimum: 0,
      maximum: 1,
      description: 'Whether the answer was right, or a grade in [0, 1]. A grade of 0.5 or more counts as right.'
    })
  },
  { ...closed, description: 'Exactly one of `score` and `request`.' }
)

const Actions = Type.Object(
  {
    below: words(['accept'], 'At or below the threshold, in uncertainty.'),
    between: words(['review'], 'When the policy cannot tell: evidence is missing, or the guarantee is broken.'),
    above: words(['review', 'abstain', 'escalate'], 'Above the threshold.')
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
    examples: Type.Array(Example, { minItems: 1, maxItems: MAX_EXAMPLES }),
    objective: Type.Object(
      {
        kind: ObjectiveKind,
        target: OpenShare('Tolerated error, or tolerated share of right answers turned away.'),
        level: Type.Optional(
          OpenShare(
            'Confidence over the draw of the examples. selective_error: 0.9 by default. coverage: without it the promise ' +
              'holds on average over draws. expected_risk takes none.'
          )
        )
      },
      closed
    ),
    actions: Type.Optional(Type.Partial(Actions, closed))
  },
  closed
)
export type PolicyRequest = Static<typeof PolicyRequest>
export type PolicyExample = Static<typeof Example>

const Guarantee = Type.Object(
  {
    kind: ObjectiveKind,
    method: Type.String({
      description: 'learn_then_test, split_conformal, conformal_tolerance or conformal_risk_control.'
    }),
    target: Share,
    level: nullable(Type.Number({ description: 'null: the promise holds on average over draws of the examples.' })),
    n: Type.Integer({ minimum: 0, description: 'Examples that the promise rests on.' }),
    valid: Type.Boolean({ description: 'False once something breaks the promise; every decision is then review.' })
  },
  closed
)

const Metric = (description: string) => nullable(Type.Number({ description: `${description} null where undefined.` }))

const Report = Type.Object(
  {
    n: Type.Integer({ minimum: 0, description: 'Examples with a score.' }),
    unscored: Type.Integer({ minimum: 0, description: 'Examples without one; they play no part.' }),
    right: Type.Integer({ minimum: 0, description: 'Scored examples that count as right.' }),
    error_rate: Share,
    accepted: Count,
    error_on_accepted: Metric('Error rate of the accepted examples themselves: optimistic, the guarantee is not.'),
    p_value: Metric('Evidence against "the error is above target" at the threshold, for selective_error.'),
    auroc: Metric('Wrong as the positive class.'),
    auprc: Metric('Wrong as the positive class.'),
    aurc: Metric('Area under risk–coverage; smaller is better.'),
    auarc: Metric('Area under accuracy–coverage; larger is better.'),
    prr: Metric('Prediction–rejection ratio: 1 perfect, 0 random.')
  },
  closed
)

const Binding = Type.Union(
  [
    Type.Literal('unknown'),
    Type.Object(
      {
        scorer: Type.String(),
        models: Type.Array(
          Type.Object({ role: Type.String(), id: Type.String(), digest: nullable(Type.String()) }, closed)
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
  threshold: Type.Number({ description: "On the scorer's own scale; a score equal to it is accepted." }),
  objective: Type.Object({ kind: ObjectiveKind, target: Share, level: nullable(Type.Number()) }, closed),
  actions: Actions,
  guarantee: Guarantee,
  answered_share: Type.Number({ minimum: 0, maximum: 1, description: 'Share of the scored examples accepted.' }),
  report: Report,
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
    created: Type.Integer({ description: 'Unix seconds.' })
  },
  closed
)
export type Policy = Static<typeof Policy>
/** What a policy says, whatever its name and version. */
export type PolicyContent = Omit<Policy, 'object' | 'name' | 'version' | 'created'>

/** A policy in an export: with the scores that conformal p-values are taken against. */
export const PolicyDocument = Type.Object(
  {
    ...content,
    calibration: Type.Array(Type.Number(), {
      maxItems: MAX_EXAMPLES,
      description: 'Uncertainties of the examples that were right, ascending.'
    })
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
