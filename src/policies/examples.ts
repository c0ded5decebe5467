import { QualmError, type FieldError } from '../errors.js'
import type { Labelled } from '../math/risk-control.js'
import type { PolicyExample } from '../schemas/policy.js'
import type { Options, Scorer } from '../scorer.js'
import { mapBounded } from './bounded.js'
import { towardsUncertain } from './policy.js'

/** Uncertainty of the answer that a request yields (higher is more uncertain), or why there is none. */
export type ExampleOutcome = { readonly uncertainty: number } | { readonly reason: string }

/** Scores one /v1/score body with one scorer. The body has not been validated: a bad one is a coded error. */
export type ScoreExample = (
  request: Readonly<Record<string, unknown>>,
  scorer: Scorer,
  options: Options,
  signal: AbortSignal
) => Promise<ExampleOutcome>

/** Examples with a score, and how many were left out. */
export interface ScoredExamples {
  readonly labelled: readonly Labelled[]
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
}

/** Enough to fill the engine's batches, few enough to leave its queue to other callers. */
const CONCURRENT_EXAMPLES = 8

function fault(pointer: string, message: string): QualmError {
  return new QualmError('QUALM_ERR_VALIDATION', message, { errors: [{ pointer, message }] })
}

/**
 * Raw scores must be values that the scorer can give: anything else means another scorer or another scale. Options may
 * change a scorer's range, so that only finiteness can be asked then.
 */
function checkScore({ scorer, defaultOptions }: ExampleScoring, score: number, index: number): void {
  const [low, high] = defaultOptions ? scorer.range : [null, null]
  const inside = Number.isFinite(score) && score >= (low ?? -Infinity) && score <= (high ?? Infinity)
  if (inside) return
  const message = `the score ${score} is outside the range of ${scorer.name}, ${low ?? '−∞'} to ${high ?? '∞'}`
  throw new QualmError('QUALM_ERR_INVALID_EVIDENCE', message, {
    errors: [{ pointer: `/examples/${index}/score`, message }]
  })
}

function checkShape(example: PolicyExample, index: number): void {
  if ((example.score === undefined) === (example.request === undefined)) {
    throw fault(`/examples/${index}`, 'an example has exactly one of `score` and `request`')
  }
  const grade = Number(example.correct)
  if (grade >= 0 && grade <= 1) return
  throw fault(`/examples/${index}/correct`, '`correct` is true, false or a number from 0 to 1')
}

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

async function outcome(
  example: PolicyExample,
  index: number,
  scoring: ExampleScoring,
  signal: AbortSignal
): Promise<ExampleOutcome> {
  const { scorer, options, model, scoreExample } = scoring
  if (example.score !== undefined) return { uncertainty: towardsUncertain(scorer.direction, example.score) }
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

/**
 * Brings examples to one form: an uncertainty and a loss (1 − grade). Raw scores are taken as they are; requests are
 * scored, a few at a time. An example whose score is undefined is counted and left out. Throws
 * QUALM_ERR_INVALID_EVIDENCE for a score out of range, and the nested request's own error with its pointer.
 */
export async function scoreExamples(
  examples: readonly PolicyExample[],
  scoring: ExampleScoring
): Promise<ScoredExamples> {
  examples.forEach((example, index) => {
    checkShape(example, index)
    if (example.score !== undefined) checkScore(scoring, example.score, index)
  })
  const outcomes = await mapBounded(examples, CONCURRENT_EXAMPLES, scoring.signal, (example, index, signal) =>
    outcome(example, index, scoring, signal)
  )
  const labelled = outcomes.flatMap((outcome, i) =>
    'reason' in outcome ? [] : [{ uncertainty: outcome.uncertainty, loss: 1 - Number(examples[i]!.correct) }]
  )
  return { labelled, unscored: examples.length - labelled.length, reasons: countReasons(outcomes) }
}
