/** Evidence that compares texts with each other. */

/** Class probabilities of one directed comparison, premise → hypothesis. They sum to 1. */
export interface Entailment {
  readonly entailment: number
  readonly neutral: number
  readonly contradiction: number
}

/** When two answers count as the same meaning (formulas.md §3.2). */
export type EntailmentRule = 'strict' | 'loose'

/** A partition of the samples by meaning. `assignment[i]` is the cluster of sample i, 0-based in order of first member. */
export interface Clusters {
  readonly rule: EntailmentRule
  readonly assignment: readonly number[]
  readonly count: number
  /** True when the answer was asked for as one more sample and stands last. */
  readonly answerIncluded?: boolean
}

/** The kinds of this family. */
export interface ComparisonKinds {
  readonly clusters: Clusters
}

/** What may be asked of the kinds of this family. */
export interface ComparisonParameters {
  readonly clusters?: { readonly rule: EntailmentRule }
}
