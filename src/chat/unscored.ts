/** Results that hold no number, and say why. */
import type { ResultScore, ScoreResult } from '../schemas/score-result.js'

/** A result as the answer to a chat request carries it: without the answer, whose tokens stay if they were asked for. */
export function uncertaintyOf({ answer, ...result }: ScoreResult): Readonly<Record<string, unknown>> {
  return answer?.tokens === undefined ? result : { ...result, tokens: answer.tokens }
}

const NO_TEXT = {
  status: 'skipped',
  value: null,
  reason: 'no_answer_text',
  message: 'The answer is no text: it calls tools or refuses. Score the answer that follows.'
} as const

/** The result of an answer that is no text: nothing was measured, whatever a scorer makes of an empty text. */
export function withoutText(result: ScoreResult): ScoreResult {
  const { id, object, created, model, answer, evidence, warnings, usage, timing } = result
  const blank = ({ unit, direction, range }: ResultScore): ResultScore => ({ unit, direction, range, ...NO_TEXT })
  const scores = Object.fromEntries(Object.entries(result.scores).map(([name, score]) => [name, blank(score)]))
  const rest = { id, object, created, model, answer, evidence, warnings, usage, timing }
  return { ...rest, scores, ...reviewed(result, NO_TEXT.reason) }
}

/** The decision about an answer that could not be judged. */
function reviewed({ decision }: ScoreResult, reason: string): Pick<ScoreResult, 'decision'> {
  return decision === undefined ? {} : { decision: { action: 'review', policy: decision.policy, score: null, reason } }
}

const NO_LOGPROBS = {
  reason: 'upstream_no_logprobs',
  message:
    'The upstream told no log-probabilities with this answer; ask a model that tells them, or name other scorers.'
} as const

/** The same result; scores that lack log-probabilities say whose fault it is. */
export function blameUpstream(result: ScoreResult): ScoreResult {
  const blamed = (score: ResultScore): ResultScore =>
    score.reason === 'needs_logprobs' ? { ...score, ...NO_LOGPROBS } : score
  const scores = Object.fromEntries(Object.entries(result.scores).map(([name, score]) => [name, blamed(score)]))
  return { ...result, scores }
}
