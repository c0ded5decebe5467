/** The choices of a chat's answer that came in place of samples. */
import type { EvidenceInput } from '../evidence/input.js'
import type { ScoreRequest } from '../schemas/score.js'

/** Why such choices are no samples as a policy knows them: too few, or of another or an unknown temperature. */
export type ChoicesMisfit = 'fewer_samples' | 'other_temperature'

/**
 * Whether a policy may accept on them: it was made with `planned` samples, drawn as `sampling` says. Null when it may,
 * and for samples that a caller chose to supply, who answers for them.
 */
export function choicesMisfit(
  { samples }: ScoreRequest,
  { chatBody, sampling }: Pick<EvidenceInput, 'chatBody' | 'sampling'>,
  planned: number
): ChoicesMisfit | null {
  if (chatBody === null || samples === undefined) return null
  if (samples.length < planned) return 'fewer_samples'
  const isAsPlanned = (sample: (typeof samples)[number]): boolean =>
    typeof sample !== 'string' && sample.decoding?.temperature === sampling.temperature
  return samples.every(isAsPlanned) ? null : 'other_temperature'
}
