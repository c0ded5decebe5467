import { QualmError, type FieldError } from '../errors.js'
import type { PolicyExample } from '../schemas/policy.js'
import type { Options, Scorer } from '../scorer.js'
import { mapBounded } from './bounded.js'
import { checkExample, checkScores, labelledExample } from './example-labels.js'
import type { FitExample } from './fit.js'
import { towardsUncertain } from './policy.js'

/**
 * Uncertainty of the answer that a request yields (higher is more uncertain) and the probabilities of its options, if
 * the scorer reads options; or why there is none.
 */
export type ExampleOutcome =
  { readonly uncertainty: number; readonly probabilities?: readonly number[] } | { readonly reason: string }

/** Scores one /v1/score body with one scorer. The body has not been validated: a bad one is a coded error. */
export type ScoreExample = (
  request: Readonly<Record<string, unknown>>,
  scorer: Scorer,
  options: Options,
  signal: AbortSignal
) => Promise<ExampleOutcome>

/** Examples with a score, and how many were left out. */
export interface ScoredExamples {
  readonly labelled: readonly FitExample[]
  readonly unscored: number
  /** Why examples have no score, with the number of each. */
  readonly reasons: Readonly<Record<string, number>>
}

/** What examples are scored with. */
export interface ExampleScoring {
  readonly scorer: Scorer
  readonly options: Options
  /** True when the caller gave no options. */
  readonly defaultOptions: boolean
  readonly model: string | null
  readonly scoreExample: ScoreExample
  readonly signal: AbortSignal
  /** What the labels say: of an answer, whether it is right (default), or which option is. */
  readonly labels?: 'answers' | 'options'
  /** Places of the examples in the body, when they are some of its. Default: 0, 1, 2 … */
  readonly places?: readonly number[]
}

/** Enough to fill the engine's batches, few enough to leave its queue to other callers. */
export const CONCURRENT_EXAMPLES = 8

/** The error of example `index` as the caller of all examples sees it: it points into that example's request. */
export function withinExample(error: unknown, index: number): unknown {
  if (!(error instanceof QualmError)) return error
  const within = (field: FieldError) => ({ ...field, pointer: `/examples/${index}/request${field.pointer}` })
  const { code, message, extra, retryAfterSeconds, cause } = error
  const fields = error.errors.length > 0 ? error.errors : [{ pointer: '', message }]
  return new QualmError(code, `Example ${index}: ${message}`, {
    errors: fields.map(within),
    extra,
    cause,
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds })
  })
}

/** The value of an example that needs no model, or null for one with a request. */
function given({ score, scores, probabilities }: PolicyExample, { scorer }: ExampleScoring): ExampleOutcome | null {
  if (probabilities !== undefined) return { uncertainty: 1 - Math.max(...probabilities), probabilities }
  const value = scores === undefined ? score : scores[scorer.name]
  if (value !== undefined) return { uncertainty: towardsUncertain(scorer.direction, value) }
  return scores === undefined ? null : { reason: 'no_score' }
}

async function outcome(
  example: PolicyExample,
  index: number,
  scoring: ExampleScoring,
  signal: AbortSignal
): Promise<ExampleOutcome> {
  const { scorer, options, model, scoreExample } = scoring
  const known = given(example, scoring)
  if (known !== null) return known
  const request = model === null ? example.request! : { model, ...example.request }
  try {
    return await scoreExample(request, scorer, options, signal)
  } catch (error) {
    throw withinExample(error, index)
  }
}

function countReasons(outcomes: readonly ExampleOutcome[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const outcome of outcomes) {
    if ('reason' in outcome) counts[outcome.reason] = (counts[outcome.reason] ?? 0) + 1
  }
  return counts
}

/** An answer without options cannot be compared with the right one. */
function withOptions(outcome: ExampleOutcome): ExampleOutcome {
  return 'reason' in outcome || outcome.probabilities !== undefined ? outcome : { reason: 'no_options' }
}

/**
 * Brings examples to one form: an uncertainty and a loss (1 − grade). Raw scores are taken as they are; requests are
 * scored, a few at a time. An example whose score is undefined is counted and left out. Throws
 * QUALM_ERR_INVALID_EVIDENCE for a score out of range, and the nested request's own error with its pointer.
 */
export async function scoreExamples(
  examples: readonly PolicyExample[],
  scoring: ExampleScoring
): Promise<ScoredExamples> {
  const { labels = 'answers', places = examples.map((_, index) => index) } = scoring
  examples.forEach((example, i) => {
    checkExample(example, places[i]!, labels)
    checkScores(example, places[i]!, scoring)
  })
  const found = await mapBounded(examples, CONCURRENT_EXAMPLES, scoring.signal, (example, i, signal) =>
    outcome(example, places[i]!, scoring, signal)
  )
  const outcomes = labels === 'answers' ? found : found.map(withOptions)
  const labelled = outcomes.flatMap((outcome, i) =>
    'reason' in outcome ? [] : [labelledExample(examples[i]!, outcome, places[i]!, labels)]
  )
  return { labelled, unscored: examples.length - labelled.length, reasons: countReasons(outcomes) }
}
