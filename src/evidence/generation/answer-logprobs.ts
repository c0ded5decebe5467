import type { Generation, ScoredAnswer } from '../../scorer.js'
import type { Asker } from '../asker.js'
import type { EvidenceInput } from '../input.js'
import { alignmentFailed, forceText, readAs, tokensOf } from './teacher-forcing.js'

/**
 * The answer with log-probabilities: as supplied, as decoded, or read by teacher forcing. Throws `Missing` when
 * the supplied tokens do not fit the text or when nothing can tell the log-probabilities.
 */
export async function gatherScoredAnswer(input: EvidenceInput, answer: Generation, ask: Asker): Promise<ScoredAnswer> {
  const supplied = input.answer
  if (supplied === null) return { ...answer, tokens: tokensOf(answer), greedy: true }
  if (supplied.alignment === 'failed') throw alignmentFailed()
  if (answer.tokens !== null) return { ...answer, tokens: answer.tokens, greedy: supplied.greedy }
  const { tokens, basis } = await forceText(answer.text, answer.finishReason, input, ask, input.distributions)
  // Another model may have written it, so a claim of greedy decoding does not carry over to this model's values.
  const finishReason = readAs(answer.finishReason)
  return { ...answer, tokens, finishReason, basis, greedy: supplied.greedy === false ? false : null }
}
