/** Tokens of an answer beside what the model thinks of them without the prompt (formulas.md §2.3). */
import type { ScoredAnswer, Token } from '../scorer.js'
import { clampLogprob } from './logprob.js'
import { countedTokens, type CountedTokens, type EndRule } from './sequence.js'

/** A token with its log-probability given the tokens before it alone, in nats; `logprob` has the prompt too. */
export interface PointwiseToken extends Token {
  readonly unconditional: number
}

/** The counted tokens of the answer with their unconditional log-probabilities, which run parallel to all its tokens. */
export function pointwiseTokens(
  { tokens, finishReason }: ScoredAnswer,
  unconditional: readonly number[],
  rule: EndRule
): CountedTokens<PointwiseToken> {
  const paired = tokens.map((token, at) => ({
    ...token,
    logprob: clampLogprob(token.logprob),
    unconditional: clampLogprob(unconditional[at]!)
  }))
  return countedTokens(paired, finishReason, rule)
}
