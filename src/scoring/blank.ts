/** Results that hold no number, and say why. */
import type { ResultScore, ScoreResult } from '../schemas/score-result.js'
import type { Why } from './unasked.js'

/** The same result with nothing measured: no score has a value, and a decision is a review. */
export function blanked(result: ScoreResult, why: Why): ScoreResult {
  const { id, object, created, model, answer, evidence, warnings, usage, timing } = result
  const blank = ({ unit, direction, range }: ResultScore): ResultScore => {
    return { unit, direction, range, status: 'skipped', value: null, ...why }
  }
  const scores = Object.fromEntries(Object.entries(result.scores).map(([name, score]) => [name, blank(score)]))
  const rest = { id, object, created, model, answer, evidence, warnings, usage, timing }
  return { ...rest, scores, ...reviewed(result, why) }
}

/** The decision about an answer that could not be judged. */
function reviewed({ decision }: ScoreResult, { reason }: Why): Pick<ScoreResult, 'decision'> {
  return decision === undefined ? {} : { decision: { action: 'review', policy: decision.policy, score: null, reason } }
}
