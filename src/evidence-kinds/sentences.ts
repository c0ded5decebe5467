/** Evidence about the sentences of a text. */

/** The kinds of this family. */
export interface SentencesKinds {}

/** What may be asked of the kinds of this family. */
export interface SentencesParameters {}
