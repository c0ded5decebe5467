/** Evidence from embeddings: how close texts are. */

/** The kinds of this family. */
export interface SimilarityKinds {
  /** N×N over the samples, in [−1, 1]: cosine of their sentence embeddings, or what the caller supplied, as it stands. */
  readonly similarity: readonly (readonly number[])[]
  /** The answer to each sample, in [−1, 1]: cosine of their sentence embeddings, 1 for equal texts. */
  readonly 'answer.similarity': readonly number[]
}
