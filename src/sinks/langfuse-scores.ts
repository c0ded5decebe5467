/** A score result as Langfuse's scores. */
import type { ScoreRequest, ScoreResult } from '../schemas/score.js'

/** Body of Langfuse's `POST /api/public/scores`. A second post with the same `id` replaces the first. */
export interface LangfuseScore {
  readonly id: string
  readonly traceId: string
  readonly observationId?: string
  readonly name: string
  readonly value: number | string
  readonly dataType: 'NUMERIC' | 'CATEGORICAL'
  readonly comment?: string
}

type Fact = Pick<LangfuseScore, 'name' | 'value' | 'dataType' | 'comment'>

/** What there is to tell: every score with a value, the confidence and the action. */
function facts({ scores, confidence, decision }: ScoreResult): readonly Fact[] {
  const numbers = Object.entries(scores).flatMap(([name, { value, unit, direction }]): readonly Fact[] =>
    value === null ? [] : [{ name: `qualm_${name}`, value, dataType: 'NUMERIC', comment: `${unit}, ${direction}` }]
  )
  const calibrated: readonly Fact[] =
    confidence === undefined
      ? []
      : [{ name: 'qualm_confidence', value: confidence.value, dataType: 'NUMERIC', comment: confidence.calibration }]
  if (decision === undefined) return [...numbers, ...calibrated]
  const { action, policy, reason } = decision
  const comment = reason === undefined ? policy : `${policy}: ${reason}`
  return [...numbers, ...calibrated, { name: 'qualm_action', value: action, dataType: 'CATEGORICAL', comment }]
}

/**
 * The scores to post for one answer: none unless `metadata.langfuse_trace_id` says where they belong;
 * `metadata.langfuse_observation_id` ties them to one observation of that trace. Never a text of the conversation.
 */
export function langfuseScores({ metadata }: ScoreRequest, result: ScoreResult): readonly LangfuseScore[] {
  const traceId = metadata?.['langfuse_trace_id'] ?? ''
  const observationId = metadata?.['langfuse_observation_id'] ?? ''
  if (traceId === '') return []
  const place = { traceId, ...(observationId === '' ? {} : { observationId }) }
  return facts(result).map((fact) => ({ id: `${result.id}-${fact.name}`, ...place, ...fact }))
}
