/** Evidence that comes from stored policies and from other scorers. */

/** The calibration side of a conformal decision. */
export interface ConformalReference {
  readonly policy: string
  /** Scorer whose scores were calibrated. */
  readonly scorer: string
  /** Uncertainty of the answer under test, higher is more uncertain. */
  readonly uncertainty: number
  /** Uncertainties of calibration answers that were right, ascending. */
  readonly calibration: readonly number[]
  /** On the scorer's own scale, as the decision tells it; null when nothing may be accepted. */
  readonly threshold: number | null
  readonly action: Action
}

export type Action = 'accept' | 'review' | 'abstain' | 'escalate'

/** What another scorer says of the same answer. */
export interface MemberScore {
  readonly scorer: string
  /** On the scorer's own scale; null when it has no value. */
  readonly value: number | null
  /** Why there is no value. */
  readonly reason: string | null
  /** Share of reference answers that the scorer found less uncertain, in (0, 1); null without value or reference. */
  readonly rank: number | null
}

/** Scores of several scorers over the same evidence. */
export interface MemberScores {
  readonly members: readonly MemberScore[]
  /** Where the ranks come from: a language model and a data set. */
  readonly reference: string
  /** Whether the reference answers came from the model whose answer is scored, under the default decoding. */
  readonly referenceFits: boolean
  /** With a calibration: the logistic regression of being wrong on the ranks. */
  readonly fit?: RankFit
}

/** Weights of ranks, in the order of the members. */
export interface RankFit {
  /** name@version. */
  readonly calibration: string
  readonly weights: readonly number[]
  readonly intercept: number
}

/** The kinds of this family. */
export interface DecisionKinds {
  readonly conformal: ConformalReference
  readonly scores: MemberScores
}

/** What may be asked of the kinds of this family. */
export interface DecisionParameters {
  /** `calibration`: name@version of a fit, which then says what the members are. */
  readonly scores?: { readonly members: readonly string[]; readonly calibration: string | null }
}
