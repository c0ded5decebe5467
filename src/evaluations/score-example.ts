import { QualmError } from '../errors.js'
import { buildValidator } from '../http/validators.js'
import { containsAnswer } from '../math/answer-match.js'
import { withinExample } from '../policies/examples.js'
import type { EvaluationExample } from '../schemas/evaluation.js'
import { ScoreRequest, type ScoreResult } from '../schemas/score.js'
import type { Scoring } from '../scoring/scoring.js'
import type { Choice } from './choice.js'
import type { EvaluationRecord } from './record.js'

const validate = buildValidator({})({ schema: ScoreRequest })

/** What the evaluation decides, or what adds to the answer and not to the table. */
const IGNORED: ReadonlySet<string> = new Set([
  'scorers',
  'preset',
  'options',
  'policy',
  'calibration',
  'include',
  'levels',
  'explain'
])

const NO_USAGE: ScoreResult['usage'] = {
  prompt_tokens: 0,
  completion_tokens: 0,
  entailment_pairs: 0,
  embedded_texts: 0,
  model_calls: 0
}

function requestOf({ request }: EvaluationExample, { fields, given, model }: Choice): ScoreRequest {
  const own = Object.fromEntries(Object.entries(request).filter(([name]) => !IGNORED.has(name)))
  const options = Object.keys(given).length === 0 ? {} : { options: given }
  const checked = validate({ ...(model === null ? {} : { model }), ...own, ...fields, ...options })
  if ('error' in checked) throw checked.error
  return checked.value as ScoreRequest
}

function recordOf(index: number, example: EvaluationExample, result: ScoreResult, choice: Choice): EvaluationRecord {
  const entries = choice.scorers.map(({ name }) => [name, result.scores[name]] as const)
  const answer = result.answer?.text ?? null
  const judged = example.answers === undefined ? Number(example.correct) : null
  return {
    index,
    model: result.model ?? null,
    answer,
    quality: judged ?? (answer === null ? null : Number(containsAnswer(answer, example.answers!))),
    scores: Object.fromEntries(entries.map(([name, score]) => [name, score?.value ?? null])),
    reasons: Object.fromEntries(
      entries
        .filter(([, score]) => typeof score?.value !== 'number')
        .map(([name, score]) => [name, score?.reason ?? 'no_value'])
    ),
    usage: result.usage
  }
}

/** No scorer has evidence: the example counts as missing everywhere. */
function withoutEvidence(index: number, { correct }: EvaluationExample, { scorers }: Choice): EvaluationRecord {
  return {
    index,
    model: null,
    answer: null,
    quality: correct === undefined ? null : Number(correct),
    scores: Object.fromEntries(scorers.map(({ name }) => [name, null])),
    reasons: Object.fromEntries(scorers.map(({ name }) => [name, 'no_evidence'])),
    usage: NO_USAGE
  }
}

/** Throws QUALM_ERR_VALIDATION unless every example has one kind of label, a grade in [0, 1]. */
export function checkLabels(examples: readonly EvaluationExample[]): void {
  examples.forEach(({ correct, answers }, i) => {
    const isGrade = correct === undefined || (Number(correct) >= 0 && Number(correct) <= 1)
    if ((correct === undefined) !== (answers === undefined) && isGrade) return
    const message = 'an example has exactly one of `correct` (true, false or a number from 0 to 1) and `answers`'
    throw new QualmError('QUALM_ERR_VALIDATION', message, { errors: [{ pointer: `/examples/${i}`, message }] })
  })
}

/**
 * Scores and judges one example by the same use case as `POST /v1/score`. An answer without any score is a record with
 * reasons; a bad request throws its own error, with its place among the examples.
 */
export async function scoreExample(
  scoring: Scoring,
  choice: Choice,
  { example, index }: { readonly example: EvaluationExample; readonly index: number },
  signal: AbortSignal
): Promise<EvaluationRecord> {
  try {
    const request = requestOf(example, choice)
    return recordOf(index, example, await scoring.score(request, { signal, requestId: 'evaluation' }), choice)
  } catch (error) {
    if (error instanceof QualmError && error.code === 'QUALM_ERR_NO_EVIDENCE') {
      return withoutEvidence(index, example, choice)
    }
    throw withinExample(error, index)
  }
}
