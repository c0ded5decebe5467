/** The answer of `POST /v1/score`, as JSON Schema and as a type. Descriptions become the OpenAPI page. */
import Type, { type Static } from 'typebox'
import { Confidence, Decision } from './decision.js'
import { Explanation } from './explanation.js'
import { closed, nullable, words } from './pieces.js'

const Count = Type.Integer({ minimum: 0 })
const Milliseconds = Type.Number({ minimum: 0 })
const Source = words(['supplied', 'generated'], 'Where it came from.')
const FinishReason = Type.Unsafe<'stop' | 'length' | null>({ type: ['string', 'null'], enum: ['stop', 'length', null] })
const Basis = words(['pre_sampling', 'post_sampling', 'unknown'], 'Before or after temperature and truncation.')
const Anything = Type.Unsafe<Record<string, unknown>>({ type: 'object', additionalProperties: true })

/** One token with its place in the text, if known; spans count UTF-16 units. */
export const ResultToken = Type.Object(
  {
    text: Type.String(),
    start: nullable(Count),
    end: nullable(Count),
    logprob: Type.Number({ maximum: 0 }),
    entropy: nullable(Type.Number({ minimum: 0 })),
    censored: Type.Boolean({ description: 'The log-probability is only an upper bound.' }),
    end_token: Type.Boolean({ description: 'The token that ended the text; its span is empty.' }),
    alternatives: Type.Array(Type.Object({ text: Type.String(), logprob: Type.Number() }, closed))
  },
  closed
)

const ResultAnswer = Type.Object(
  {
    text: Type.String(),
    source: Source,
    finish_reason: FinishReason,
    seed: Type.Optional(Type.Integer({ minimum: 0, description: 'Seed of whatever was generated.' })),
    tokens: Type.Optional(Type.Array(ResultToken))
  },
  closed
)

/** The value of one scorer, or why there is none. */
export const ResultScore = Type.Object(
  {
    status: words(
      ['ok', 'skipped', 'failed'],
      '`skipped`: evidence is absent. `failed`: evidence is there, but the value is undefined.'
    ),
    value: nullable(Type.Number({ description: 'Finite, or null with another status than ok.' })),
    unit: words(['nats', 'probability', 'ratio', 'count'], 'Unit of `value`.'),
    direction: words(['higher_is_more_uncertain', 'higher_is_more_certain'], 'How to read `value`.'),
    range: Type.Array(nullable(Type.Number()), { minItems: 2, maxItems: 2, description: 'null: unbounded.' }),
    reason: Type.Optional(Type.String({ description: 'Why there is no value, in snake_case.' })),
    message: Type.Optional(Type.String({ description: 'What to supply or to switch on.' })),
    detail: Type.Optional(Anything)
  },
  closed
)

const PartScore = Type.Object(
  {
    status: words(['ok', 'skipped', 'failed'], 'As for the whole answer.'),
    value: nullable(Type.Number({ description: 'In the unit and direction of the score of the whole answer.' })),
    reason: Type.Optional(Type.String()),
    message: Type.Optional(Type.String())
  },
  closed
)

const ResultPart = Type.Object(
  {
    level: words(['sentence', 'span', 'field'], 'What kind of part it is.'),
    text: Type.String(),
    start: Count,
    end: Type.Integer({ minimum: 0, description: 'Spans count UTF-16 units of the answer.' }),
    path: Type.Optional(Type.String({ description: 'JSON pointer of a field.' })),
    scores: Type.Unsafe<Record<string, Static<typeof PartScore>>>({ type: 'object', additionalProperties: PartScore })
  },
  closed
)

const EvidenceReport = Type.Object(
  {
    answer: Type.Optional(
      Type.Object(
        {
          source: Source,
          basis: Basis,
          censored: Count,
          alignment: words(['exact', 'failed', 'none'], 'Whether the tokens rebuild the text; `none` without tokens.'),
          coverage: Type.Optional(Type.Number({ description: 'Least probability mass that the listed tokens cover.' }))
        },
        closed
      )
    ),
    samples: Type.Optional(
      Type.Object(
        {
          source: Source,
          requested: nullable(Count),
          received: Count,
          distinct: Count,
          saved: Type.Optional(
            Type.Integer({ minimum: 0, description: 'With adaptive sampling: samples that did not have to be drawn.' })
          ),
          stopped_by: Type.Optional(
            Type.Unsafe<string | null>({
              type: ['string', 'null'],
              description: 'With adaptive sampling: the rule that ended it; null when all samples were drawn.'
            })
          )
        },
        closed
      )
    )
  },
  closed
)

const ResultSample = Type.Object(
  {
    text: Type.String(),
    finish_reason: FinishReason,
    tokens: Type.Optional(nullable(Type.Array(ResultToken)))
  },
  closed
)

const ResultComparison = Type.Object(
  {
    premise: Type.Integer({ minimum: 0, description: 'Index of a sample.' }),
    hypothesis: Type.Integer({ minimum: 0, description: 'Index of a sample.' }),
    entailment: Type.Number(),
    neutral: Type.Number(),
    contradiction: Type.Number()
  },
  closed
)

/** 200 of `POST /v1/score`. */
export const ScoreResult = Type.Object(
  {
    id: Type.String(),
    object: Type.Unsafe<'uncertainty.score'>({ type: 'string', enum: ['uncertainty.score'] }),
    created: Type.Integer({ description: 'Unix seconds.' }),
    model: Type.String(),
    custom_id: Type.Optional(Type.String()),
    answer: nullable(ResultAnswer),
    scores: Type.Unsafe<Record<string, Static<typeof ResultScore>>>({
      type: 'object',
      additionalProperties: ResultScore
    }),
    parts: Type.Optional(Type.Array(ResultPart, { description: 'With levels: in order of level, then of place.' })),
    confidence: Type.Optional(Confidence),
    decision: Type.Optional(Decision),
    explanation: Type.Optional(Explanation),
    evidence: EvidenceReport,
    samples: Type.Optional(Type.Array(ResultSample, { description: 'With include: samples.' })),
    entailment: Type.Optional(Type.Array(ResultComparison, { description: 'With include: entailment.' })),
    warnings: Type.Array(Type.Object({ code: Type.String(), message: Type.String() }, closed)),
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
    timing: Type.Object(
      {
        queue_ms: Milliseconds,
        language_ms: Milliseconds,
        entailment_ms: Milliseconds,
        embedding_ms: Milliseconds,
        total_ms: Milliseconds
      },
      closed
    )
  },
  closed
)
export type ScoreResult = Static<typeof ScoreResult>
export type ResultScore = Static<typeof ResultScore>
export type ResultToken = Static<typeof ResultToken>
