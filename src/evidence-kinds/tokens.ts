/** Evidence about single tokens of the answer and the samples: what they matter, what could stand in their place. */

/** The kinds of this family. */
export interface TokensKinds {}

/** What may be asked of the kinds of this family. */
export interface TokensParameters {}
