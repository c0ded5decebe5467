import { QualmError } from './errors.js'
import { buildValidator } from './http/validators.js'
import type { ScoreExample } from './policies/examples.js'
import { towardsUncertain } from './policies/policy.js'
import { ScoreRequest } from './schemas/score.js'
import type { Scoring } from './scoring/scoring.js'

const validate = buildValidator({})({ schema: ScoreRequest })

/**
 * Scores the labelled requests of a policy by the same use case as `POST /v1/score`, with the policy's one scorer.
 * An answer without that score has a reason; a bad request throws its own error.
 */
export function createExampleScoring(scoring: Scoring): ScoreExample {
  return async (body, scorer, options, signal) => {
    const rest = Object.entries(body).filter(([name]) => name !== 'preset')
    const request = { ...Object.fromEntries(rest), scorers: [scorer.name], options: { [scorer.name]: options } }
    const checked = validate(request)
    if ('error' in checked) throw checked.error
    try {
      const result = await scoring.score(checked.value as ScoreRequest, { signal, requestId: 'policy' })
      const score = result.scores[scorer.name]
      if (typeof score?.value === 'number') return { uncertainty: towardsUncertain(scorer.direction, score.value) }
      return { reason: score?.reason ?? 'no_value' }
    } catch (error) {
      if (error instanceof QualmError && error.code === 'QUALM_ERR_NO_EVIDENCE') return { reason: 'no_evidence' }
      throw error
    }
  }
}
