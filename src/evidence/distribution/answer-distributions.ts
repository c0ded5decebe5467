/** The answer with the whole distribution of every token: of the row that was decoded, or of a text that was read. */
import type { DescribedAnswer, ScoredAnswer } from '../../scorer.js'
import type { EvidenceInput } from '../input.js'
import { Missing } from '../missing.js'
import { described } from './described.js'

/** Rests on the log-probabilities alone, which bring the distributions along. Throws `Missing`. */
export async function gatherDistributions(
  input: EvidenceInput,
  scored: () => Promise<ScoredAnswer>
): Promise<DescribedAnswer> {
  if (input.answer?.alignment === 'exact') {
    throw new Missing(
      'skipped',
      'needs_full_distribution',
      'Supplied log-probabilities list a few tokens per position, and this method needs the whole vocabulary: send the answer without `logprobs`, so that the named model reads it.'
    )
  }
  const answer = await scored()
  return { ...answer, tokens: described(answer.tokens) }
}
