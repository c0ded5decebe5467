import type { Generation, ScoredSample } from '../../scorer.js'
import type { Asker } from '../asker.js'
import type { EvidenceInput } from '../input.js'
import type { Alignment } from '../supplied-output.js'
import { Missing } from '../missing.js'
import { alignmentFailed, forceText, readAs, tokensOf } from './teacher-forcing.js'

/** The samples with log-probabilities; supplied ones without are read by teacher forcing. Throws `Missing`. */
export async function gatherScoredSamples(
  input: EvidenceInput,
  samples: readonly Generation[],
  ask: Asker
): Promise<readonly ScoredSample[]> {
  // Before any call: the others would be read for nothing.
  const empty = samples.findIndex(({ text, tokens, source }) => text === '' && tokens === null && source === 'supplied')
  if (empty >= 0 && input.fill === 'auto' && input.messages !== null) throw emptySample(empty)
  return Promise.all(samples.map((sample, i) => scored(sample, input.samples?.[i]?.alignment ?? 'exact', input, ask)))
}

async function scored(
  sample: Generation,
  alignment: Alignment,
  input: EvidenceInput,
  ask: Asker
): Promise<ScoredSample> {
  if (alignment === 'failed') throw alignmentFailed()
  if (sample.tokens !== null || sample.source === 'generated') return { ...sample, tokens: tokensOf(sample) }
  const { tokens, basis } = await forceText(sample.text, sample.finishReason, input, ask)
  return { ...sample, tokens, finishReason: readAs(sample.finishReason), basis }
}

function emptySample(index: number): Missing {
  return new Missing(
    'failed',
    'empty_sample',
    `Sample ${index} is an empty text, of which the model can read no token: send its \`logprobs\`, or leave it out.`
  )
}
