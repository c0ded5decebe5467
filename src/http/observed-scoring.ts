import { withEachResult, type Scoring } from '../scoring/scoring.js'
import type { Sink } from '../sinks/langfuse.js'
import type { Telemetry } from '../telemetry/telemetry.js'
import type { Metrics } from './metrics.js'

/** Who is told of every result. */
export interface Observers {
  readonly metrics: Metrics
  readonly telemetry?: Telemetry
  readonly sink?: Sink
}

/** The same scoring, with every result counted and told. */
export function observedScoring(scoring: Scoring, { metrics, telemetry, sink }: Observers): Scoring {
  return withEachResult(scoring, (request, result) => {
    metrics.score(result)
    telemetry?.record(result)
    sink?.offer(request, result)
    return result
  })
}
