/** What the model thinks of the answer's tokens when it has not read the conversation (formulas.md §2.3). */
import type { ScoredAnswer } from '../../scorer.js'
import type { Asker } from '../asker.js'
import { toToken } from '../generation/generated-rows.js'
import type { EvidenceInput } from '../input.js'
import { Missing } from '../missing.js'

/**
 * ln p of each token of the scored answer after a bare start token, aligned with it: the first is conditioned on the
 * start token alone. The answer's own tokens are read, not its text encoded anew. Throws `Missing`.
 */
export async function gatherUnconditional(
  input: EvidenceInput,
  scored: () => Promise<ScoredAnswer>,
  ask: Asker
): Promise<readonly number[]> {
  if (input.answer?.alignment === 'exact') {
    throw new Missing(
      'skipped',
      'needs_same_model',
      'The supplied log-probabilities are of another server, which alone could tell them without the prompt: send the answer without `logprobs`, so that the named model reads it twice.'
    )
  }
  const { text, tokens } = await scored()
  if (tokens.length === 0) return []
  const ids = tokens.map(({ id }) => id).filter((id) => id !== null)
  if (ids.length < tokens.length) {
    throw new Missing(
      'failed',
      'needs_token_ids',
      'The model did not tell the ids of its tokens; name the embedded one.'
    )
  }
  const request = { model: input.model, messages: null, text, ids, includeEnd: false, topCount: 0 }
  const result = await ask.scoreText(request)
  return result.tokens.map((token) => toToken(token).logprob)
}
