/** The answer's text as the named model reads it, whoever wrote it and whatever else is known of it. */
import type { DescribedAnswer, Reading } from '../../scorer.js'
import type { Asker } from '../asker.js'
import { toToken } from '../generation/generated-rows.js'
import type { EvidenceInput } from '../input.js'
import { Missing } from '../missing.js'
import { described } from './described.js'

/**
 * Reads the supplied text after the conversation, or on its own when there is none; log-probabilities of another server
 * are left aside. An answer that the model has decoded or read already is not read again. Throws `Missing`.
 */
export async function gatherReading(
  input: EvidenceInput,
  distributions: () => Promise<DescribedAnswer>,
  ask: Asker
): Promise<Reading> {
  if (input.fill === 'never') {
    throw new Missing('skipped', 'needs_model_call', 'The language model reads the text: set `fill` to "auto".')
  }
  const { model, messages, answer } = input
  if (answer === null || (answer.alignment === 'none' && messages !== null)) {
    return { tokens: (await distributions()).tokens, prompted: true }
  }
  const { text } = answer.generation
  if (text === '') throw new Missing('failed', 'empty_answer', 'An empty text has no tokens to read.')
  const request = { model, messages, text, includeEnd: false, topCount: 0, distributions: true }
  const { tokens } = await ask.scoreText(request)
  return { tokens: described(tokens.map(toToken)), prompted: messages !== null }
}
