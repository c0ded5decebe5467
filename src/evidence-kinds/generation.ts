/** Evidence that is text: what was asked, answered and sampled, and the tokens of it. */
import type { TokenDistribution } from './distribution.js'

/** An alternative that the model considered at one position. `logprob` in nats, at temperature 1. */
export interface Alternative {
  readonly text: string
  readonly logprob: number
}

/** One token of a generation, with the statistics of the distribution it was drawn from. */
export interface Token {
  readonly text: string
  /** Vocabulary id; null when the evidence came from a server that does not tell it. */
  readonly id: number | null
  /** ln p of the emitted token in nats, ≤ 0, clamped to −100 when censored. */
  readonly logprob: number
  /** Entropy of the next-token distribution in nats, or null when only top-k alternatives are known. */
  readonly entropy: number | null
  /** Most probable alternatives, best first; may be empty. */
  readonly alternatives: readonly Alternative[]
  /** True when the log-probability was only known to be below a floor, so that `logprob` is a bound. */
  readonly censored: boolean
  /** True for the token that ended the answer; it carries no text. */
  readonly end: boolean
  /** The whole distribution that it came from; only where a scorer asked for it. */
  readonly distribution?: TokenDistribution
}

/** Where log-probabilities were read: before or after temperature and truncation were applied. */
export type Basis = 'pre_sampling' | 'post_sampling' | 'unknown'
export type FinishReason = 'stop' | 'length'
export type Source = 'supplied' | 'generated'

/** An answer or a sample with its tokens. */
export interface Generation {
  readonly text: string
  /** Null when no log-probabilities are known. Includes the end token when it is known. */
  readonly tokens: readonly Token[] | null
  readonly finishReason: FinishReason | null
  readonly basis: Basis
  readonly source: Source
  /** Why there are no tokens, where the model that wrote the text did not give them. */
  readonly lack?: Lack
}

/** Why something cannot be had: it is not offered, or what came is unusable. */
export interface Lack {
  readonly status: 'skipped' | 'failed'
  readonly reason: string
  readonly message: string
}

/** The answer that is being scored, with log-probabilities. */
export interface ScoredAnswer extends Generation {
  readonly tokens: readonly Token[]
  /** True when the tokens were decoded greedily; false or null (unknown) means "sequence NLL", not G-NLL. */
  readonly greedy: boolean | null
}

/** A sample whose tokens are known. */
export interface ScoredSample extends Generation {
  readonly tokens: readonly Token[]
}

/** The kinds of this family. */
export interface GenerationKinds {
  /** The last user message; null when there is no conversation. */
  readonly question: string | null
  readonly answer: Generation
  readonly 'answer.logprobs': ScoredAnswer
  readonly samples: readonly Generation[]
  readonly 'samples.logprobs': readonly ScoredSample[]
}

/** What may be asked of the kinds of this family. */
export interface GenerationParameters {
  /** `includeAnswer` puts the answer behind the samples, in `samples` and in `clusters`. */
  readonly samples?: { readonly includeAnswer: boolean }
}
