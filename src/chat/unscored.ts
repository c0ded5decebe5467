/** Results that hold no number, and say why. */
import type { ResultScore, ScoreResult } from '../schemas/score-result.js'

/** A result as the answer to a chat request carries it: without the answer, whose tokens stay if they were asked for. */
export function uncertaintyOf({ answer, ...result }: ScoreResult): Readonly<Record<string, unknown>> {
  return answer?.tokens === undefined ? result : { ...result, tokens: answer.tokens }
}

/** Why an answer that is no text has no scores, whatever a scorer makes of an empty text. */
export const NO_TEXT = {
  reason: 'no_answer_text',
  message: 'The answer is no text: it calls tools or refuses. Score the answer that follows.'
} as const

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
