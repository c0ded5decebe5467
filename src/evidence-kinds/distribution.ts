/** Evidence from the whole next-token distribution of the answer. */
import type { ScoredAnswer, Token } from './generation.js'

/** ln Σ p^e over the vocabulary, by exponent e. Each is ≥ 0 for e < 1 and ≤ 0 for e > 1. */
export interface LogPowerSums {
  /** e = 1/4 */
  readonly quarter: number
  /** e = 1/2 */
  readonly half: number
  /** e = 3/4 */
  readonly threeQuarters: number
  /** e = 3/2 */
  readonly threeHalves: number
  /** e = 2 */
  readonly square: number
  /** e = 3 */
  readonly cube: number
}

/**
 * A whole next-token distribution in numbers, over the entries with a finite log-probability. In nats, at temperature 1.
 */
export interface TokenDistribution {
  /** Entries with a finite log-probability, V. */
  readonly vocabulary: number
  /** H = −Σ p ln p, in [0, ln V]. */
  readonly entropy: number
  /** Variance of ln p under p, Σ p ln² p − H², ≥ 0. */
  readonly varentropy: number
  /** (1/V) Σ ln p over the entries, ≤ −ln V. */
  readonly meanLogprob: number
  readonly logPowerSums: LogPowerSums
  /** Mass of the dominant entries when the emitted token is one, else its own probability (formulas.md §2.7). */
  readonly boosted: number
  /** Largest log-probability. */
  readonly first: number
  /** Second largest; null when there is one entry. */
  readonly second: number | null
}

/** A token with the statistics of the whole distribution that it came from. */
export interface DescribedToken extends Token {
  readonly distribution: TokenDistribution
}

/** The answer with the whole distribution of every token. */
export interface DescribedAnswer extends ScoredAnswer {
  readonly tokens: readonly DescribedToken[]
}

/** The answer's text as the named language model reads it, whoever wrote it. */
export interface Reading {
  /** Tokens of the model's own spelling of the text; the end token may stand last. */
  readonly tokens: readonly DescribedToken[]
  /** Whether it was read as the answer to the conversation; else on its own. */
  readonly prompted: boolean
}

/** The kinds of this family. */
export interface DistributionKinds {
  /** The answer with two alternatives or more at every position, supplied or asked for. */
  readonly 'answer.top_two': ScoredAnswer
  /** The answer with the statistics of the whole vocabulary at every position, from the model that it came from. */
  readonly 'answer.distributions': DescribedAnswer
  /** ln p of each token of `answer.logprobs` without the conversation, given the tokens before it alone; nats. */
  readonly 'answer.unconditional': readonly number[]
  /** The text under the named model. */
  readonly 'answer.reading': Reading
}

/** What may be asked of the kinds of this family. */
export type DistributionParameters = Readonly<Record<never, never>>
