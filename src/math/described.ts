import type { DescribedAnswer, TokenDistribution } from '../scorer.js'
import { mean } from './logprob.js'
import { countedTokens, type CountedTokens, type EndRule } from './sequence.js'

/** One number per counted token, from its whole distribution. */
export interface DistributionSummary {
  /** Null when no token counts. */
  readonly mean: number | null
  readonly least: number
  readonly most: number
  readonly counted: CountedTokens
}

/** Mean and extremes of `of` over the counted tokens of the answer. */
export function summariseDistributions(
  { tokens, finishReason }: DescribedAnswer,
  rule: EndRule,
  of: (distribution: TokenDistribution) => number
): DistributionSummary {
  const counted = countedTokens(tokens, finishReason, rule)
  const values = counted.tokens.map(({ distribution }) => of(distribution))
  return {
    mean: values.length === 0 ? null : mean(values),
    least: values.reduce((a, b) => Math.min(a, b), Infinity),
    most: values.reduce((a, b) => Math.max(a, b), -Infinity),
    counted
  }
}
