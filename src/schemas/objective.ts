/** What a policy is to achieve, and what it promises: parts of the bodies of `/v1/policies`. */
import Type, { type Static } from 'typebox'
import { closed, nullable, words } from './pieces.js'

const OpenShare = (description: string) => Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1, description })
const Cost = (description: string) => Type.Number({ minimum: 0, maximum: 1e12, description })

export const ObjectiveKind = words(
  ['selective_error', 'coverage', 'expected_risk', 'sets', 'cascade_error', 'expected_cost'],
  '`selective_error`: P(wrong | accepted) ≤ target. `coverage`: at most `target` of the right answers are turned ' +
    'away. `expected_risk`: E[loss · accepted] ≤ target. `sets`: the set of options holds the right one with ' +
    'probability ≥ 1 − target. `cascade_error`: P(wrong) ≤ target over answers kept and escalated together. ' +
    '`expected_cost`: the least expected cost per answer.'
)

const Costs = Type.Object(
  {
    wrong: Cost('Of a wrong answer that is accepted.'),
    review: Type.Optional(Cost('Of an answer that somebody has to review.')),
    abstain: Type.Optional(Cost('Of an answer withheld.')),
    escalate: Type.Optional(Cost('Of an answer asked of the stronger model, its own errors included.'))
  },
  { ...closed, description: 'In one unit of your choice, for expected_cost.' }
)

/** Body of `objective`; each kind takes some of the settings and refuses the others. */
export const ObjectiveRequest = Type.Object(
  {
    kind: ObjectiveKind,
    target: Type.Optional(
      Type.Number({
        description:
          'Tolerated share, strictly between 0 and 1. expected_cost: the most that an answer may cost on average, with ' +
          'method bound only; every other kind needs a target.'
      })
    ),
    level: Type.Optional(
      OpenShare(
        'Confidence over the draw of the examples. selective_error, cascade_error, bound: 0.9 by default. coverage and ' +
          'sets: without it the promise holds on average over draws. expected_risk takes none.'
      )
    ),
    method: Type.Optional(
      Type.String({
        maxLength: 32,
        description:
          'selective_error: fixed_sequence (default) or bonferroni. sets: lac (default), aps, raps or margin. ' +
          'expected_cost: empirical (default; no guarantee) or bound.'
      })
    ),
    p_value: Type.Optional(
      words(
        ['binomial', 'hoeffding_bentkus'],
        'selective_error, cascade_error: the test. Default: binomial for right-or-wrong labels, else hoeffding_bentkus.'
      )
    ),
    lambda: Type.Optional(
      Type.Number({ minimum: 0, maximum: 10, description: 'raps: penalty by rank. Default: 0.01.' })
    ),
    k_reg: Type.Optional(Type.Integer({ minimum: 0, maximum: 26, description: 'raps: ranks without it. Default: 1.' })),
    randomized: Type.Optional(
      Type.Boolean({
        description:
          'aps, raps: one uniform number per question, from the seed of the request, makes sets smaller at the same ' +
          'coverage. Default: false.'
      })
    ),
    largest_set: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 26, description: 'sets: options in the largest set accepted. Default: 1.' })
    ),
    costs: Type.Optional(Costs)
  },
  closed
)

export type ObjectiveRequest = Static<typeof ObjectiveRequest>

/** An objective as a policy states it, with the settings that were given. */
export const StatedObjective = Type.Object(
  {
    ...ObjectiveRequest.properties,
    target: nullable(Type.Number({ description: 'null: none was given.' })),
    level: nullable(Type.Number())
  },
  closed
)

export type StatedObjective = Static<typeof StatedObjective>

export const Guarantee = Type.Object(
  {
    kind: ObjectiveKind,
    method: Type.String({
      description: 'learn_then_test, split_conformal, conformal_tolerance, conformal_risk_control or bonferroni_bound.'
    }),
    target: Type.Number({ minimum: 0 }),
    level: nullable(Type.Number({ description: 'null: the promise holds on average over draws of the examples.' })),
    n: Type.Integer({ minimum: 0, description: 'Examples that the promise rests on.' }),
    valid: Type.Boolean({ description: 'False once something breaks the promise; every decision is then review.' }),
    procedure: Type.Optional(Type.String({ description: 'fixed_sequence or bonferroni: how thresholds were tested.' })),
    p_value: Type.Optional(Type.String({ description: 'binomial or hoeffding_bentkus: what each test was.' })),
    score: Type.Optional(Type.String({ description: 'lac, aps, raps or margin: how options are scored.' })),
    group: Type.Optional(Type.String({ description: 'The group that it is about; "each" when one for every group.' }))
  },
  closed
)
export type Guarantee = Static<typeof Guarantee>
