import type { Scoring } from '../scoring/scoring.js'
import type { Metrics } from './metrics.js'

/** The same scoring, with every result counted. */
export function observedScoring(scoring: Scoring, metrics: Metrics): Scoring {
  return {
    async score(request, context) {
      const result = await scoring.score(request, context)
      metrics.score(result)
      return result
    }
  }
}
