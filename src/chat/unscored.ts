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

/** How scoring puts it: nobody supplied them, and the server does not read the text for them either. */
const LACKS: ReadonlySet<string | undefined> = new Set(['needs_logprobs', 'upstream_no_forcing'])

/** The same result; scores that lack log-probabilities say whose fault it is, and so does the decision. */
export function blameUpstream(result: ScoreResult): ScoreResult {
  const { decision } = result
  const blamed = (score: ResultScore): ResultScore => (LACKS.has(score.reason) ? { ...score, ...NO_LOGPROBS } : score)
  const scores = Object.fromEntries(Object.entries(result.scores).map(([name, score]) => [name, blamed(score)]))
  if (!LACKS.has(decision?.reason)) return { ...result, scores }
  return { ...result, scores, decision: { ...decision!, reason: NO_LOGPROBS.reason } }
}
