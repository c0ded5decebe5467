/** Bodies of `/v1/calibrations`, as JSON Schema and as types. Descriptions become the OpenAPI page. */
import Type, { type Static } from 'typebox'
import { METHODS } from '../math/calibrators/methods.js'
import { closed, nullable, words } from './pieces.js'
import { Binding, MAX_EXAMPLES, POLICY_NAME, POLICY_REFERENCE } from './policy.js'

/** Scorers that one calibration may combine. */
const MOST_MEMBERS = 16

const Anything = Type.Unsafe<Record<string, unknown>>({ type: 'object', additionalProperties: true })
const Count = Type.Integer({ minimum: 0 })
const Share = Type.Number({ minimum: 0, maximum: 1 })
const ScorerName = Type.String({ minLength: 1, maxLength: 64, description: 'Name from GET /v1/scorers.' })
const Method = words(
  [...Object.keys(METHODS), 'logistic'],
  '`platt` (default for one scorer) and `isotonic` take any score; `histogram` too, in bins; `beta` and `temperature` ' +
    'take scores in [0, 1]. `logistic` (default for `scorers`) combines several scorers.'
)
const Direction = words(['higher_is_more_uncertain', 'higher_is_more_certain'], 'How to read the score.')

const Example = Type.Object(
  {
    score: Type.Optional(Type.Number({ description: "Value of `scorer`, on the scorer's own scale." })),
    scores: Type.Optional(
      Type.Unsafe<Record<string, number>>({
        type: 'object',
        additionalProperties: { type: 'number' },
        description: 'With `scorers`: the value of each, by name.'
      })
    ),
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
  { ...closed, description: 'Exactly one of `score` (or `scores`) and `request`.' }
)
export type CalibrationExample = Static<typeof Example>

/** Body of `POST /v1/calibrations`. */
export const CalibrationRequest = Type.Object(
  {
    name: Type.String({ pattern: POLICY_NAME, description: 'A name in use gets a new version.' }),
    scorer: Type.Optional(ScorerName),
    scorers: Type.Optional(
      Type.Array(ScorerName, {
        minItems: 2,
        maxItems: MOST_MEMBERS,
        uniqueItems: true,
        description: 'Instead of `scorer`: several in one, for the scorer `ensemble`.'
      })
    ),
    options: Type.Optional(
      Type.Unsafe<Record<string, unknown>>({
        ...Anything,
        description: 'Options of `scorer`; with `scorers` the options of each, by name.'
      })
    ),
    method: Type.Optional(Method),
    model: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 128,
        description: 'Language model for examples whose request names none.'
      })
    ),
    examples: Type.Array(Example, { minItems: 1, maxItems: MAX_EXAMPLES })
  },
  closed
)
export type CalibrationRequest = Static<typeof CalibrationRequest>

const Metric = (description: string) => nullable(Type.Number({ description: `${description} null where undefined.` }))
const Bins = (description: string) =>
  Type.Array(Type.Object({ low: Share, high: Share, mean_confidence: Share, accuracy: Share, n: Count }, closed), {
    description
  })

const FIGURES = {
  auroc: Metric('Of the score, wrong as the positive class.'),
  auprc: Metric('Of the score, wrong as the positive class.'),
  aurc: Metric('Area under risk–coverage; smaller is better.'),
  auarc: Metric('Area under accuracy–coverage; larger is better.'),
  prr: Metric('Prediction–rejection ratio: 1 perfect, 0 random.'),
  brier: Metric('Mean squared error of the confidence.'),
  log_loss: Metric('Of the confidence, in nats per answer.'),
  ece: Metric('Expected calibration error over ten bins of equal width.'),
  ece_equal_mass: Metric('The same over ten bins of equal size.'),
  ece_debiased: Metric('Root mean square error over bins of equal size, less what chance alone would make of it.')
}

const Summary = {
  n: Type.Integer({ minimum: 0, description: 'Examples with a score.' }),
  unscored: Type.Integer({ minimum: 0, description: 'Examples without one; they play no part.' }),
  right: Type.Integer({ minimum: 0, description: 'Scored examples that count as right.' }),
  ...FIGURES,
  brier_decomposition: Type.Unsafe<{ reliability: number; resolution: number; uncertainty: number } | null>({
    type: ['object', 'null'],
    required: ['reliability', 'resolution', 'uncertainty'],
    properties: {
      reliability: { type: 'number' },
      resolution: { type: 'number' },
      uncertainty: { type: 'number' }
    },
    additionalProperties: false,
    description: 'brier = reliability − resolution + uncertainty.'
  }),
  reliability: Bins('Ten bins of equal width over the confidence, without the empty ones.')
}

/** How a calibration did on its examples; confidence is cross-fitted. */
export const CalibrationSummary = Type.Object(Summary, {
  ...closed,
  description: 'Ranking figures are of the score. Those of the confidence are cross-fitted: five folds, index mod 5.'
})

/** 200 of `GET /v1/calibrations/{name}/report`. */
export const CalibrationReport = Type.Object(
  {
    object: words(['calibration.report'], 'Kind of object.'),
    calibration: Type.String({ description: 'name@version.' }),
    scorer: Type.String(),
    method: Method,
    ...Summary,
    intervals: Type.Unsafe<Record<string, number[] | null>>({
      type: 'object',
      additionalProperties: { type: ['array', 'null'], items: { type: 'number' }, minItems: 2, maxItems: 2 },
      description: '95 % bootstrap interval of each figure; null where too few resamples define it.'
    }),
    reliability_equal_mass: Bins('Ten bins of equal size.'),
    risk_coverage: Type.Array(
      Type.Object(
        {
          score: Type.Number({ description: 'Answers at least this certain are given.' }),
          coverage: Share,
          risk: Share
        },
        closed
      ),
      { description: 'At most a hundred points, the most certain first.' }
    )
  },
  closed
)
export type CalibrationReport = Static<typeof CalibrationReport>

/** A stored calibration as callers see it. */
export const Calibration = Type.Object(
  {
    object: words(['calibration'], 'Kind of object.'),
    name: Type.String(),
    version: Type.Integer({ minimum: 1 }),
    scorer: Type.String({ description: '`ensemble` when several scorers are combined.' }),
    scorers: Type.Optional(Type.Array(Type.String())),
    options: Anything,
    direction: Direction,
    method: Method,
    model: nullable(Type.String({ description: 'Language model of the examples; null when nothing tells.' })),
    n: Type.Integer({ minimum: 1, description: 'Examples that the map was fitted to.' }),
    report: CalibrationSummary,
    binding: Binding,
    warnings: Type.Array(Type.Object({ code: Type.String(), message: Type.String() }, closed)),
    digest: Type.String({ description: 'SHA-256 of the stored document.' }),
    created: Type.Integer({ description: 'Unix seconds.' })
  },
  closed
)
export type Calibration = Static<typeof Calibration>

/** 200 of `GET /v1/calibrations`: the newest version of every name. */
export const CalibrationList = Type.Object(
  { object: words(['list'], 'Kind of object.'), data: Type.Array(Calibration) },
  closed
)
export type CalibrationList = Static<typeof CalibrationList>

/** Path parameter of one calibration. */
export const CalibrationParams = Type.Object(
  { reference: Type.String({ pattern: POLICY_REFERENCE, description: 'name, or name@version.' }) },
  closed
)

const Numbers = Type.Array(Type.Number())

/** A calibration as it is kept and exported. */
export const CalibrationDocument = Type.Object(
  {
    scorer: Type.String(),
    direction: Direction,
    options: Anything,
    members: Type.Array(Type.Object({ scorer: Type.String(), direction: Direction, options: Anything }, closed)),
    method: Method,
    model: nullable(Type.String()),
    binding: Binding,
    warnings: Type.Array(Type.Object({ code: Type.String(), message: Type.String() }, closed)),
    report: Type.Omit(CalibrationReport, ['object', 'calibration', 'scorer', 'method']),
    fit: Anything,
    examples: Type.Object({ uncertainty: Type.Array(Numbers, { minItems: 1 }), quality: Numbers }, closed)
  },
  closed
)
