/** Bodies of `/v1/evaluations`, as JSON Schema and as types. Descriptions become the OpenAPI page. */
import Type, { type Static, type TSchema } from 'typebox'
import { closed, LIMITS, name, nullable, text, words } from './pieces.js'
import { POLICY_NAME, POLICY_REFERENCE } from './policy.js'

/** Most examples of one request; more go through the command. */
export const MAX_EVALUATED = 10_000

const Anything = Type.Unsafe<Record<string, unknown>>({ type: 'object', additionalProperties: true })
const Count = Type.Integer({ minimum: 0 })
const Share = Type.Number({ minimum: 0, maximum: 1 })

/** One labelled question. */
export const EvaluationExample = Type.Object(
  {
    request: Type.Unsafe<Record<string, unknown>>({
      ...Anything,
      description: 'A /v1/score body; its own scorers, preset, policy and calibration play no part.'
    }),
    correct: Type.Optional(
      Type.Unsafe<boolean | number>({
        type: ['boolean', 'number'],
        minimum: 0,
        maximum: 1,
        description: 'Whether the answer is right, or a grade in [0, 1]. A grade of 0.5 or more counts as right.'
      })
    ),
    answers: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: LIMITS.textChars }), {
        minItems: 1,
        maxItems: 256,
        description: 'Accepted answers: the answer is right when it contains one of them as a run of whole words.'
      })
    )
  },
  { ...closed, description: 'Exactly one of `correct` and `answers`.' }
)
export type EvaluationExample = Static<typeof EvaluationExample>

/** What is asked of every example, whichever way examples come. */
const choice = {
  scorers: Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: 64 }), {
      minItems: 1,
      maxItems: LIMITS.scorers,
      uniqueItems: true,
      description: 'Names from GET /v1/scorers; instead of `preset`.'
    })
  ),
  preset: Type.Optional(
    words(['instant', 'fast', 'balanced', 'thorough'], 'Scorers and samples, as for /v1/score. Default: balanced.')
  ),
  options: Type.Optional(
    Type.Unsafe<Record<string, Record<string, unknown>>>({
      type: 'object',
      additionalProperties: { type: 'object' },
      maxProperties: LIMITS.scorers,
      description: "Per scorer, after the scorer's own schema in GET /v1/scorers."
    })
  ),
  model: Type.Optional(name('Language model for examples whose request names none.'))
}

/** Body of `POST /v1/evaluations`. */
export const EvaluationRequest = Type.Object(
  {
    name: Type.Optional(
      Type.String({ pattern: POLICY_NAME, description: 'A name in use gets a new version. Default: evaluation.' })
    ),
    ...choice,
    examples: Type.Array(EvaluationExample, { minItems: 1, maxItems: MAX_EVALUATED })
  },
  closed
)
export type EvaluationRequest = Static<typeof EvaluationRequest>

const Figure = (description: string) =>
  Type.Object(
    { value: nullable(Type.Number()), low: nullable(Type.Number()), high: nullable(Type.Number()) },
    { ...closed, description: `${description} With a 95 % bootstrap interval; null where undefined.` }
  )

const Cost = Type.Object(
  {
    generations: Type.Number({ minimum: 0 }),
    entailment_pairs: Type.Number({ minimum: 0 }),
    readings: Type.Number({ minimum: 0 }),
    embeddings: Type.Number({ minimum: 0 })
  },
  { ...closed, description: 'What the scorer asks of the models for one answer when it is asked for alone, at worst.' }
)

/** The figures of one scorer. */
export const EvaluationRow = Type.Object(
  {
    scorer: Type.String(),
    unit: words(['nats', 'probability', 'ratio', 'count'], 'Unit of the score.'),
    direction: words(['higher_is_more_uncertain', 'higher_is_more_certain'], 'How to read the score.'),
    n: Type.Integer({ minimum: 0, description: 'Answers with a score; the others play no part in this row.' }),
    missing: Type.Unsafe<Record<string, number>>({
      type: 'object',
      additionalProperties: Count,
      description: 'Answers without a score, by reason.'
    }),
    accuracy: nullable(Type.Number({ description: 'Share of those answers that are right.' })),
    auroc: Figure('Probability that a wrong answer is called more uncertain than a right one; 0.5 is chance.'),
    auarc: Figure('Mean accuracy of the most certain answers over all coverages.'),
    prr: Figure('Prediction–rejection ratio: 1 is a perfect order, 0 a random one.'),
    ece: Figure('Expected calibration error of Platt-scaled, cross-fitted confidence.'),
    brier: Figure('Brier score of the same confidence.'),
    cost: Cost
  },
  closed
)
export type EvaluationRow = Static<typeof EvaluationRow>

const PerScorer = <T extends TSchema>(item: T, description: string) =>
  Type.Unsafe<Record<string, Static<T>[]>>({
    type: 'object',
    additionalProperties: { type: 'array', items: item },
    description
  })

const RiskPoint = Type.Object({ coverage: Share, risk: Share }, closed)
const ReliabilityBin = Type.Object(
  { low: Share, high: Share, mean_confidence: Share, accuracy: Share, n: Count },
  closed
)
const ScoreBin = Type.Object({ low: Type.Number(), high: Type.Number(), right: Count, wrong: Count }, closed)

/** What an evaluation found. Stored as it is. */
export const EvaluationBody = Type.Object(
  {
    model: nullable(Type.String({ description: 'Language model of the examples; null when they name several.' })),
    n: Type.Integer({ minimum: 0, description: 'Examples.' }),
    labelled: Type.Integer({ minimum: 0, description: 'Examples whose answer could be judged.' }),
    accuracy: nullable(Type.Number({ description: 'Mean grade of the judged answers.' })),
    scorer_options: Type.Unsafe<Record<string, Record<string, unknown>>>({
      type: 'object',
      additionalProperties: { type: 'object', additionalProperties: true },
      description: 'Options that every scorer ran with, defaults included.'
    }),
    table: Type.Array(EvaluationRow, { description: 'Best AUROC first.' }),
    risk_coverage: PerScorer(RiskPoint, 'Per scorer: the error among the most certain answers, by their share.'),
    reliability: PerScorer(ReliabilityBin, 'Per scorer: confidence against accuracy, in bins of equal width.'),
    histograms: PerScorer(ScoreBin, "Per scorer: right and wrong answers by score, on the scorer's own scale."),
    usage: Type.Object(
      {
        prompt_tokens: Count,
        completion_tokens: Count,
        entailment_pairs: Count,
        embedded_texts: Count,
        model_calls: Count
      },
      closed
    ),
    warnings: Type.Array(Type.Object({ code: Type.String(), message: text('What a reader must know.') }, closed))
  },
  closed
)
export type EvaluationBody = Static<typeof EvaluationBody>

/** A stored evaluation as callers see it. */
export const Evaluation = Type.Object(
  {
    object: words(['evaluation'], 'Kind of object.'),
    id: Type.String({ description: 'name@version.' }),
    name: Type.String(),
    version: Type.Integer({ minimum: 1 }),
    created: Type.Integer({ description: 'Unix seconds.' }),
    ...EvaluationBody.properties
  },
  closed
)
export type Evaluation = Static<typeof Evaluation>

/** 200 of `GET /v1/evaluations`: the newest version of every name, without what only a chart needs. */
export const EvaluationList = Type.Object(
  {
    object: words(['list'], 'Kind of object.'),
    data: Type.Array(Type.Omit(Evaluation, ['risk_coverage', 'reliability', 'histograms'], closed))
  },
  closed
)
export type EvaluationList = Static<typeof EvaluationList>

/** Path parameter of one evaluation. */
export const EvaluationParams = Type.Object(
  { reference: Type.String({ pattern: POLICY_REFERENCE, description: 'name, or name@version.' }) },
  closed
)
