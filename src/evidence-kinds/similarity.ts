/** Evidence from embeddings: how close texts are. */

/** The kinds of this family. */
export interface SimilarityKinds {}

/** What may be asked of the kinds of this family. */
export interface SimilarityParameters {}
