/** A policy as Qualm keeps it: a threshold on an uncertainty, the promise that it carries, and what it rests on. */
import type { Action, Direction, Options, Warning } from '../scorer.js'

export type ObjectiveKind = 'selective_error' | 'coverage' | 'expected_risk'

/** What the threshold is to achieve. `level` null: the promise holds on average over draws of the examples. */
export interface Objective {
  readonly kind: ObjectiveKind
  readonly target: number
  readonly level: number | null
}

/** The promise of a policy, told with every decision. */
export interface Guarantee extends Objective {
  readonly method: string
  /** Examples that the promise rests on. */
  readonly n: number
  readonly valid: boolean
}

/** Actions at or below the threshold, when the policy cannot tell, and above it. */
export interface PolicyActions {
  readonly below: 'accept'
  readonly between: 'review'
  readonly above: Exclude<Action, 'accept'>
}

/** How the scores separate right from wrong on the examples; metrics are null where undefined. */
export interface PolicyReport {
  readonly n: number
  readonly unscored: number
  readonly right: number
  readonly errorRate: number
  readonly accepted: number
  readonly errorOnAccepted: number | null
  readonly pValue: number | null
  readonly auroc: number | null
  readonly auprc: number | null
  readonly aurc: number | null
  readonly auarc: number | null
  readonly prr: number | null
}

/** A model that the scores depended on. */
export interface BoundModel {
  readonly role: string
  readonly id: string
  readonly digest: string | null
}

/** What the scores came from; unknown for raw scores. */
export type Binding = 'unknown' | { readonly scorer: string; readonly models: readonly BoundModel[] }

/** What a policy says, whatever its name and version. */
export interface PolicyBody {
  readonly scorer: string
  readonly direction: Direction
  readonly options: Options
  readonly model: string | null
  readonly objective: Objective
  readonly actions: PolicyActions
  /** Accept when the uncertainty is ≤ this. For a scorer that is higher when certain, the negated value. */
  readonly threshold: number
  readonly guarantee: Guarantee
  readonly answeredShare: number
  readonly report: PolicyReport
  readonly binding: Binding
  readonly warnings: readonly Warning[]
  /** Uncertainties of the examples that were right, ascending: the reference of conformal p-values. */
  readonly calibration: readonly number[]
}

export interface StoredPolicy extends PolicyBody {
  readonly name: string
  /** From 1; never given twice for a name. */
  readonly version: number
  /** Milliseconds since the epoch. */
  readonly createdMs: number
}

/** A stored policy without its calibration scores, for lists. */
export type PolicySummary = Omit<StoredPolicy, 'calibration'>

/** A value on the scorer's scale as an uncertainty, and back: higher is more uncertain. */
export function towardsUncertain(direction: Direction, value: number): number {
  return direction === 'higher_is_more_uncertain' ? value : -value
}

/** `name@version`, as decisions name a policy. */
export function policyId(policy: Pick<StoredPolicy, 'name' | 'version'>): string {
  return `${policy.name}@${policy.version}`
}
