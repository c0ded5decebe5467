/** Evidence about the sentences of a text. */
import type { Entailment } from './comparison.js'

/** A sentence; `start` and `end` count UTF-16 units of the text that it stands in. */
export interface Sentence {
  readonly text: string
  readonly start: number
  readonly end: number
}

/** A sentence that other texts were asked about. */
export interface JudgedSentence extends Sentence {
  /** Sample j → this sentence, in the order of the samples. */
  readonly verdicts: readonly Entailment[]
}

/** A sentence of the answer and the part of the context that supports it best. */
export interface GroundedSentence extends Sentence {
  /** That part → this sentence. */
  readonly verdict: Entailment
  /** Where that part stands in the context, in UTF-16 units. */
  readonly source: { readonly start: number; readonly end: number }
}

/** The kinds of this family. */
export interface SentencesKinds {
  /** The sentences of the answer, in order; none when it is blank. */
  readonly 'answer.sentences': readonly JudgedSentence[]
  /** The sentences of every sample, in order; a sample is exactly entailment of its own. */
  readonly 'samples.sentences': readonly (readonly JudgedSentence[])[]
  /** The sentences of the answer; none when it is blank. */
  readonly groundedness: readonly GroundedSentence[]
}
