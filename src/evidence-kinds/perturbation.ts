/** Evidence from changed questions and changed answers. */
import type { Generation, Token } from './generation.js'

/** Who words the paraphrases: fixed frames, frames and word edits chosen by similarity, or the language model. */
export type ParaphraseSource = 'template' | 'evolved' | 'model'

/** A text that asks the question. */
export interface Probe {
  readonly text: string
  /** Cosine of its embedding to the question's, in [−1, 1]; null when no embeddings were made. */
  readonly similarity: number | null
}

/** The question and other ways to ask it. */
export interface Paraphrases {
  readonly source: ParaphraseSource
  /** The question as it stands, then distinct paraphrases: `wanted` texts or fewer. */
  readonly probes: readonly Probe[]
  /** Texts that were asked for, the question included. */
  readonly wanted: number
}

/** Replies drawn at one temperature, as places in `texts`: one list per probe. */
export interface ReplyStratum {
  readonly temperature: number
  readonly replies: readonly (readonly number[])[]
}

/** What the model answers to each probe when it is asked several times. */
export interface ParaphraseReplies extends Paraphrases {
  /** Cosines of the probes, in [−1, 1]. */
  readonly probeSimilarity: readonly (readonly number[])[]
  /** Distinct replies. */
  readonly texts: readonly string[]
  /** Cosines of `texts`, in [−1, 1]. */
  readonly textSimilarity: readonly (readonly number[])[]
  readonly strata: readonly ReplyStratum[]
  /** Seed of whatever is drawn from this evidence. */
  readonly seed: number
}

/** `reply`: the model answers each paraphrase greedily; `likelihood`: it reads the answer under test after each probe. */
export type ParaphraseForm = 'reply' | 'likelihood'

/** How the answer under test fares when the question is put in other words. */
export interface ParaphrasedAnswer extends Paraphrases {
  readonly answer: string
  /** Greedy reply to each probe but the first; null when none were asked for. */
  readonly replies: readonly Generation[] | null
  /** Cosines of the answer and the replies, the answer first, in [−1, 1]; null when none were asked for. */
  readonly replySimilarity: readonly (readonly number[])[] | null
  /** Tokens of the answer as read after each probe, the question first; null when none were asked for. */
  readonly readings: readonly (readonly Token[])[] | null
}

/** Which other answers are looked at: drawn ones, or those that follow from another token at one position. */
export type VariationKind = 'sample' | 'max_ent' | 'min_ent' | 'max_diff'

/** The token of the answer that was replaced. */
export interface PerturbedToken {
  readonly index: number
  readonly text: string
  /** In nats; a lower bound when only alternatives are known. */
  readonly entropy: number
  /** True when no entropy rises, so that the highest one was taken instead. */
  readonly fellBack: boolean
}

/** Another answer. `replacement` is the token put in; null for a drawn answer. */
export interface Variant {
  readonly text: string
  readonly replacement: string | null
}

/** Other answers beside the one under test. */
export interface Variations {
  readonly kind: VariationKind
  readonly answer: string
  readonly variants: readonly Variant[]
  /** Null for drawn answers. */
  readonly position: PerturbedToken | null
  /** Cosines of the answer and the variants, the answer first, in [−1, 1]; null when none were asked for. */
  readonly similarity: readonly (readonly number[])[] | null
}

/** Whether the turns before the question stay when it is put in another form. */
export type FormatHistory = 'keep' | 'drop'

/** What the model answers when the question is put in other forms. */
export interface FormatReplies {
  readonly answer: string
  /** The question as it stands in every form, without a label of the caller's. */
  readonly question: string
  /** Greedy replies, one per form. */
  readonly replies: readonly Generation[]
}

/** The kinds of this family. */
export interface PerturbationKinds {
  readonly paraphrases: Paraphrases
  readonly 'paraphrases.replies': ParaphraseReplies
  readonly 'paraphrases.answer': ParaphrasedAnswer
  readonly variations: Variations
  readonly formats: FormatReplies
}

/** What may be asked of the kinds of this family. */
export interface PerturbationParameters {
  /** `count` is without the question itself. */
  readonly paraphrases?: { readonly source: ParaphraseSource; readonly count: number }
  /** `replies` per probe and temperature. */
  readonly 'paraphrases.replies'?: { readonly replies: number; readonly temperatures: readonly number[] }
  readonly 'paraphrases.answer'?: { readonly form: ParaphraseForm; readonly embed: boolean }
  /** `count` alternatives at the position; drawn answers are as many as the request's samples. */
  readonly formats?: { readonly history: FormatHistory }
  readonly variations?: { readonly kind: VariationKind; readonly count: number; readonly embed: boolean }
}
