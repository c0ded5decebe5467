import { withEachResult, type Scoring } from '../scoring/scoring.js'
import type { Metrics } from './metrics.js'

/** The same scoring, with every result counted. */
export function observedScoring(scoring: Scoring, metrics: Metrics): Scoring {
  return withEachResult(scoring, (_, result) => {
    metrics.score(result)
    return result
  })
}
