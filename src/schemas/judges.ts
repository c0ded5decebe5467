/** Bodies of `/v1/judges`, as JSON Schema and as types. Descriptions become the OpenAPI page. */
import Type, { type Static } from 'typebox'
import { closed, name, nullable, words } from './pieces.js'

/** Caps that keep the work of one request within a few seconds. */
export const JUDGE_LIMITS = {
  answers: 5_000,
  judges: 32,
  levels: 10,
  repeats: 32,
  cells: 20_000,
  swaps: 100_000
} as const

const Share = Type.Number({ minimum: 0, maximum: 1 })
const Count = Type.Integer({ minimum: 0 })
const Level = Type.Unsafe<boolean | number>({
  type: ['boolean', 'integer'],
  minimum: 0,
  maximum: JUDGE_LIMITS.levels - 1,
  description: 'A level, 0 lowest; with two levels also false and true.'
})
const Nullable = Type.Unsafe<boolean | number | null>({ ...Level, type: ['boolean', 'integer', 'null'] })

const JudgedItem = Type.Object(
  {
    id: Type.Optional(name('Echoed.')),
    candidate: Type.Optional(name('Who gave the answer, when several are compared.')),
    gold: Type.Optional(
      Type.Unsafe<boolean | number | null>({ ...Nullable, description: 'The true level, if known.' })
    ),
    verdicts: Type.Unsafe<Record<string, boolean | number | null | (boolean | number | null)[]>>({
      type: 'object',
      minProperties: 1,
      maxProperties: JUDGE_LIMITS.judges,
      additionalProperties: {
        anyOf: [Nullable, { type: 'array', items: Nullable, minItems: 1, maxItems: JUDGE_LIMITS.repeats }]
      },
      description: 'Per judge a verdict, or several when it was asked again; null: it gave none.'
    })
  },
  closed
)
export type JudgedItem = Static<typeof JudgedItem>

/** Body of `POST /v1/judges`. */
export const JudgesRequest = Type.Object(
  {
    levels: Type.Optional(
      Type.Integer({ minimum: 2, maximum: JUDGE_LIMITS.levels, description: 'Levels of the scale. Default: 2.' })
    ),
    scale: Type.Optional(
      words(
        ['nominal', 'ordinal', 'interval'],
        "How Krippendorff's alpha weighs differences. Default: nominal for two levels, else ordinal."
      )
    ),
    items: Type.Array(JudgedItem, { minItems: 1, maxItems: JUDGE_LIMITS.answers }),
    seed: Type.Optional(Type.Integer({ minimum: 0, maximum: 4_294_967_295, description: 'Of the draws. Default: 1.' }))
  },
  closed
)
export type JudgesRequest = Static<typeof JudgesRequest>

const Estimate = (description: string) =>
  Type.Object(
    { mean: Type.Number(), low: Type.Number(), high: Type.Number() },
    { ...closed, description: `${description} Posterior mean with 95 % credible interval.` }
  )
const Figure = (description: string) => nullable(Type.Number({ description: `${description} null where undefined.` }))

/** 200 of `POST /v1/judges`. */
export const JudgesEstimate = Type.Object(
  {
    object: words(['judges.estimate'], 'Kind of object.'),
    n: Count,
    gold: Type.Integer({ minimum: 0, description: 'Answers with a known level.' }),
    levels: Count,
    identified_by: words(
      ['gold', 'judges', 'prior'],
      'What the estimates rest on. gold: known levels tell how the judges err; judges: three or more judges whose errors are taken ' +
        'for independent; prior: the data alone cannot tell, and another prior belief gives another answer.'
    ),
    candidates: Type.Array(
      Type.Object(
        {
          candidate: Type.String(),
          n: Count,
          observed: Figure('Mean verdict of all judges, scaled to [0, 1]: what one would report without a model.'),
          quality: Estimate('Expected true level, scaled to [0, 1]; with two levels the share of good answers.'),
          levels: Type.Array(Share, { description: 'Mean share per level.' }),
          best: Type.Number({ minimum: 0, maximum: 1, description: 'Probability of the highest quality of all.' }),
          rank: Estimate('1 is best.')
        },
        closed
      )
    ),
    judges: Type.Array(
      Type.Object(
        {
          judge: Type.String(),
          n: Type.Integer({ minimum: 0, description: 'Answers with a verdict.' }),
          confusion: Type.Array(Type.Array(Share), { description: 'P(verdict | true level); a row per true level.' }),
          volume: Estimate(
            'Volume that the rows span in the simplex: 1 perfect, 0 useless. With two levels sensitivity + specificity − 1.'
          ),
          self_agreement: Figure('Share of equal pairs among its repeated verdicts on the same answer.'),
          undecided: Type.Integer({
            minimum: 0,
            description: 'Answers whose repeated verdicts tie: they play no part.'
          })
        },
        closed
      )
    ),
    items: Type.Array(
      Type.Object({ id: Type.String(), levels: Type.Array(Share, { description: 'P(true level).' }) }, closed)
    ),
    agreement: Type.Object(
      {
        percent: Figure('Share of equal pairs of verdicts.'),
        cohen_kappa: Figure("Cohen's kappa, mean over pairs of judges."),
        fleiss_kappa: Figure("Fleiss' kappa over answers that all judged."),
        krippendorff_alpha: Figure("Krippendorff's alpha; verdicts may be missing."),
        scale: words(['nominal', 'ordinal', 'interval'], 'Of alpha.')
      },
      closed
    ),
    sensitivity: Type.Array(
      Type.Object(
        {
          trust: Type.Number({ description: "Answers' worth of prior belief that a judge is right, per level." }),
          quality: Type.Array(Type.Number(), { description: 'Posterior means, in the order of `candidates`.' })
        },
        closed
      ),
      { description: 'The same estimate under other prior beliefs. The first one is reported above.' }
    ),
    warnings: Type.Array(Type.Object({ code: Type.String(), message: Type.String() }, closed))
  },
  closed
)
export type JudgesEstimate = Static<typeof JudgesEstimate>

/** Body of `POST /v1/judges/audit`. */
export const AuditRequest = Type.Object(
  {
    swaps: Type.Array(
      Type.Object(
        {
          kind: words(
            ['order', 'wording', 'negation'],
            'order: the options change places; wording: other words of the same meaning; negation: the question is negated.'
          ),
          original: Type.Boolean({
            description: 'The decision on the original; for order: about the option, not its place.'
          }),
          changed: Type.Boolean({ description: 'The decision on the changed question, as it was given.' })
        },
        closed
      ),
      { minItems: 1, maxItems: JUDGE_LIMITS.swaps }
    ),
    level: Type.Optional(
      Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1, description: 'Of the tests. Default: 0.05.' })
    )
  },
  closed
)
export type AuditRequest = Static<typeof AuditRequest>

/** 200 of `POST /v1/judges/audit`. */
export const AuditReport = Type.Object(
  {
    object: words(['judges.audit'], 'Kind of object.'),
    kinds: Type.Array(
      Type.Object(
        {
          kind: words(['order', 'wording', 'negation'], 'What was changed.'),
          n: Count,
          flips: Type.Integer({
            minimum: 0,
            description: 'Decisions that changed though they should not, or did not though they should.'
          }),
          flip_rate: Type.Object(
            { value: Share, low: Share, high: Share },
            { ...closed, description: 'With the exact 95 % interval of Clopper and Pearson.' }
          ),
          yes_to_no: Count,
          no_to_yes: Count,
          p_value: Type.Number({ description: "McNemar's exact test that flips go either way equally." }),
          adjusted_p_value: Type.Number({ description: "After Holm's correction over the kinds." }),
          biased: Type.Boolean({ description: 'Flips go one way more than chance explains, at `level`.' })
        },
        closed
      )
    ),
    level: Share,
    warnings: Type.Array(Type.Object({ code: Type.String(), message: Type.String() }, closed))
  },
  closed
)
export type AuditReport = Static<typeof AuditReport>
