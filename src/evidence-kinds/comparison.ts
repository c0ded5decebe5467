/** Evidence that compares texts with each other. */
import type { Generation } from './generation.js'

/** Class probabilities of one directed comparison, premise → hypothesis. They sum to 1. */
export interface Entailment {
  readonly entailment: number
  readonly neutral: number
  readonly contradiction: number
}

/** When two answers count as the same meaning (formulas.md §3.2). */
export type EntailmentRule = 'strict' | 'loose' | 'no_contradiction' | 'probability'

/** A partition of the samples by meaning. `assignment[i]` is the cluster of sample i, 0-based in order of first member. */
export interface Clusters {
  readonly rule: EntailmentRule
  readonly assignment: readonly number[]
  readonly count: number
  /** True when the answer was asked for as one more sample and stands last. */
  readonly answerIncluded?: boolean
}

/** The answer compared with every sample, in the order of the samples. */
export interface AnswerEntailment {
  /** Answer → sample. */
  readonly forward: readonly Entailment[]
  /** Sample → answer. */
  readonly backward: readonly Entailment[]
}

/** How close two samples are: P(entailment), 1 − P(contradiction), or their share of common words. */
export type AffinityMeasure = 'entailment' | 'contradiction' | 'jaccard'

/** How close all samples are to each other. */
export interface Affinity {
  readonly of: AffinityMeasure
  /** N×N, symmetric, in [0, 1], 1 on the diagonal. */
  readonly weights: readonly (readonly number[])[]
  /** True when a sample was too long to be compared whole. */
  readonly cut: boolean
}

/** The kinds of this family. */
export interface ComparisonKinds {
  readonly clusters: Clusters
  /** N×N over the samples, row = premise; exactly entailment on the diagonal and between duplicates. */
  readonly entailment: readonly (readonly Entailment[])[]
  readonly 'answer.entailment': AnswerEntailment
  readonly affinity: Affinity
  /** The answer as what samples are compared with; null when they are compared with each other. */
  readonly reference: Generation | null
}

/** What may be asked of the kinds of this family. */
export interface ComparisonParameters {
  readonly clusters?: { readonly rule: EntailmentRule }
  readonly affinity?: { readonly of: AffinityMeasure; readonly temperature: number }
  readonly reference?: { readonly used: boolean }
}
