/** Evidence that comes from stored policies. */

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

/** The kinds of this family. */
export interface DecisionKinds {
  readonly conformal: ConformalReference
}
