/** Tokens of a text that somebody else wrote, read by the language model as if it had written it. */
import type { Basis, FinishReason, Generation, Token } from '../../scorer.js'
import type { Asker } from '../asker.js'
import { toToken } from './generated-rows.js'
import type { EvidenceInput } from '../input.js'
import { Missing } from '../missing.js'

/**
 * Log-probabilities of `text` after the conversation; the end token is read too unless the text is a prefix.
 * With `distributions` every token carries the statistics of the whole vocabulary.
 * Throws `Missing` when the model may not be asked or does not read given texts, when there is no conversation, or when
 * the text is empty.
 */
export async function forceText(
  text: string,
  finishReason: FinishReason | null,
  input: EvidenceInput,
  ask: Asker,
  distributions = false
): Promise<{ readonly tokens: readonly Token[]; readonly basis: Basis }> {
  if (input.fill === 'never') {
    throw new Missing('skipped', 'needs_logprobs', 'Supply `logprobs` with the text, or set `fill` to "auto".')
  }
  if (input.messages === null) {
    throw new Missing('skipped', 'needs_prompt', 'Supply `messages` or `prompt`: the text is scored as its answer.')
  }
  if (text === '') throw new Missing('failed', 'empty_answer', 'An empty text has no tokens to score.')
  const { model, messages, topCount } = input
  const includeEnd = readAs(finishReason) === 'stop'
  const result = await ask.scoreText({ model, messages, text, includeEnd, topCount, distributions })
  return { tokens: result.tokens.map(toToken), basis: result.basis ?? 'pre_sampling' }
}

/** The tokens of a text that a model wrote. Throws `Missing` when it did not give them. */
export function tokensOf({ tokens, lack }: Generation): readonly Token[] {
  if (tokens !== null) return tokens
  const { status, reason, message } = lack ?? NO_TOKENS
  throw new Missing(status, reason, message)
}

const NO_TOKENS = {
  status: 'failed',
  reason: 'no_logprobs',
  message: 'The model gave no log-probabilities with this text.'
} as const

/** A text is read as complete unless the caller says that it was cut. */
export function readAs(finishReason: FinishReason | null): FinishReason {
  return finishReason ?? 'stop'
}

/** The tokens that were supplied do not rebuild the text. */
export function alignmentFailed(): Missing {
  return new Missing(
    'failed',
    'alignment_failed',
    'The supplied tokens, joined, are not the supplied text; send `bytes`, or the text exactly as it was generated.'
  )
}
