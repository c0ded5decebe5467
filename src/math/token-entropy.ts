import type { Token } from '../scorer.js'
import { entropyBounds } from './entropy.js'
import { LOWEST_LOGPROB } from './logprob.js'
import { END_OPTION } from './sequence.js'
import { AVERAGE_OPTION } from './token-sentences.js'

/** Entropy at one position, in nats. The bounds and the renormalised value agree with it when it is exact. */
export interface TokenEntropy {
  readonly index: number
  readonly exact: boolean
  readonly lower: number
  /** Null when it needs the size of the vocabulary and that is unknown. */
  readonly upper: number | null
  readonly renormalised: number
}

/** Below this share of positions with a known entropy, a mean or maximum over the rest says too little. */
const LEAST_KNOWN_SHARE = 0.9

function entropyAt(token: Token, index: number, vocabularySize: number | null): TokenEntropy | null {
  const { entropy } = token
  if (entropy !== null) return { index, exact: true, lower: entropy, upper: entropy, renormalised: entropy }
  const known = token.alternatives.map(({ logprob }) => logprob).filter((logprob) => logprob > LOWEST_LOGPROB)
  return known.length === 0 ? null : { index, exact: false, ...entropyBounds(known, vocabularySize) }
}

/**
 * Entropy at every position where it is known or can be bounded from the alternatives; null when that is fewer than
 * nine positions in ten, or none.
 */
export function tokenEntropies(tokens: readonly Token[], vocabularySize: number | null): TokenEntropy[] | null {
  const known = tokens
    .map((token, index) => entropyAt(token, index, vocabularySize))
    .filter((entropy) => entropy !== null)
  return known.length > 0 && known.length >= LEAST_KNOWN_SHARE * tokens.length ? known : null
}

/** One summary over positions of lower bounds, upper bounds and renormalised values; upper is null if one is. */
export function summarise(
  entropies: readonly TokenEntropy[],
  how: (values: readonly number[]) => number
): {
  readonly lower: number
  readonly upper: number | null
  readonly renormalised: number
} {
  const uppers = entropies.map(({ upper }) => upper).filter((upper) => upper !== null)
  return {
    lower: how(entropies.map(({ lower }) => lower)),
    upper: uppers.length === entropies.length ? how(uppers) : null,
    renormalised: how(entropies.map(({ renormalised }) => renormalised))
  }
}

/** Largest of at least one value. */
export function largest(values: readonly number[]): number {
  return values.reduce((a, b) => Math.max(a, b), -Infinity)
}

/** The options of scorers over token entropies. */
export const ENTROPY_OPTIONS = {
  type: 'object',
  additionalProperties: false,
  properties: {
    include_eos: END_OPTION,
    average: AVERAGE_OPTION,
    vocabulary_size: {
      type: ['integer', 'null'],
      minimum: 2,
      default: null,
      description: "Size of the model's vocabulary; adds an upper bound where only top-k alternatives are known."
    }
  }
} as const
