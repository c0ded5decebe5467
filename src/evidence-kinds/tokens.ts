/** Evidence about single tokens of the answer and the samples: what they matter, what could stand in their place. */

/** How an alternative relates to what was emitted, from comparisons in both directions (formulas.md §2.5). */
export type Relation = 'entailment' | 'neutral' | 'contradiction'

/** An alternative at one position and what it would have changed. */
export interface RelatedAlternative {
  /** The text that was compared; empty when the alternative makes no word. */
  readonly text: string
  /** In nats, ≤ 0. */
  readonly logprob: number
  readonly relation: Relation
}

/** Why a token was not compared: it carries no whole word (a sign, a part of a character, the end), or only grammar. */
export type Omission = 'no_word' | 'function_word'

/** One token of the answer among its alternatives. */
export interface TokenAlternatives {
  /** The word that the token is part of, or the bare token where tokens are compared; empty when there is none. */
  readonly word: string
  /** Null for a token that was compared; `alternatives` is empty for the others. */
  readonly omitted: Omission | null
  /** Other tokens than the emitted one, most probable first. */
  readonly alternatives: readonly RelatedAlternative[]
}

/** What is compared: words with the alternative put into the word so far, or bare tokens. */
export type AlternativeUnit = 'word' | 'token'

/** How alternatives are compared. */
export interface AlternativesParameters {
  readonly unit: AlternativeUnit
  /** Whether the answer's text up to the word stands before both sides of a comparison. */
  readonly inContext: boolean
  /** Whether English function words are left out. */
  readonly skipFunctionWords: boolean
}

/** The kinds of this family. */
export interface TokensKinds {
  /** Relevance of each token of `answer.logprobs`, in [0, 1]: what the meaning loses without it. The end token has 0. */
  readonly 'answer.relevance': readonly number[]
  /** The same for every sample of `samples.logprobs`. */
  readonly 'samples.relevance': readonly (readonly number[])[]
  /** One entry per token of `answer.logprobs`. */
  readonly 'answer.alternatives': readonly TokenAlternatives[]
}

/** What may be asked of the kinds of this family. */
export interface TokensParameters {
  readonly 'answer.alternatives'?: AlternativesParameters
}
