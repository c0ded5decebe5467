import type { Relation, Token, TokenAlternatives } from '../scorer.js'
import { clampLogprob, logSumExp } from './logprob.js'

/** A token that was compared with its alternatives. */
export interface ClaimToken {
  readonly index: number
  readonly word: string
  /** ln CCP_t in nats, ≤ 0. */
  readonly logprob: number
}

/**
 * ln CCP_t of every compared token: the share of what means the same among what means the same or the opposite; what is
 * neither is left out (formulas.md §2.5). The emitted token itself means the same.
 */
export function claimTokens(tokens: readonly Token[], alternatives: readonly TokenAlternatives[]): ClaimToken[] {
  return tokens.flatMap((token, index) => {
    const at = alternatives[index]
    if (at?.omitted !== null) return []
    const of = (relation: Relation): number[] =>
      at.alternatives.filter((one) => one.relation === relation).map((one) => clampLogprob(one.logprob))
    const same = [clampLogprob(token.logprob), ...of('entailment')]
    const logprob = logSumExp(same) - logSumExp([...same, ...of('contradiction')])
    return [{ index, word: at.word, logprob: Math.min(0, logprob) }]
  })
}
