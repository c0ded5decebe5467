/** A policy as Qualm keeps it: a threshold on an uncertainty, the promise that it carries, and what it rests on. */
import type { Static } from 'typebox'
import type { Guarantee, ObjectiveRequest, StatedObjective } from '../schemas/objective.js'
import type { PolicyReport as PolicyReportSchema } from '../schemas/policy-report.js'
import type { Action, Direction, Options, Warning } from '../scorer.js'

export type ObjectiveKind = ObjectiveRequest['kind']

/** What the threshold is to achieve. `level` null: the promise holds on average over draws of the examples. */
export type Objective = Readonly<StatedObjective>

/** The promise of a policy, told with every decision. */
export type { Guarantee } from '../schemas/objective.js'

/** Actions at or below the threshold, between two thresholds, and above. */
export interface PolicyActions {
  readonly below: 'accept'
  readonly between: 'review' | 'escalate'
  readonly above: Exclude<Action, 'accept'>
}

/** A second threshold: what it is to achieve, and promises. */
export interface AbstainCut {
  readonly objective: Objective
  /** In uncertainty, never below the first; null when every group has its own. */
  readonly threshold: number | null
  readonly guarantee: Guarantee
}

/** The thresholds of one group of examples, in uncertainty. */
export interface GroupCut {
  readonly group: string
  readonly n: number
  /** Null: its examples do not carry the objective, and its answers get review. */
  readonly threshold: number | null
  readonly abstain?: number | null
  /** Why there is no threshold. */
  readonly reason?: 'too_few_examples' | 'no_valid_threshold'
  readonly needed?: number
  readonly smallest_attainable_target?: number | null
  /** How many of the policy's calibration scores are its own; those of earlier groups stand before them. */
  readonly compared: number
}

/** The model to which answers are escalated, with prices per answer in the caller's unit. */
export interface Escalation {
  readonly model: string
  readonly cost?: number
  readonly own_cost?: number
}

/** What was tried on the tuning split. */
export interface Tuning {
  readonly n: number
  readonly candidates: readonly TunedCandidate[]
  readonly chosen: number
}

export interface TunedCandidate {
  readonly scorer: string
  readonly options: Options
  readonly answered_share: number | null
  readonly aurc: number | null
}

/** Answers kept and escalated together, on the examples. */
export type CascadeReport = Readonly<NonNullable<Static<typeof PolicyReportSchema>['cascade']>>
/** Sets of options, on the examples. */
export type SetReport = Readonly<NonNullable<Static<typeof PolicyReportSchema>['sets']>>

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
  /** Mean cost per answer on the examples; for the objective expected_cost. */
  readonly expected_cost?: number | null
  readonly cascade?: CascadeReport
  readonly sets?: SetReport
}

/** A model that the scores depended on. */
export interface BoundModel {
  readonly role: string
  readonly id: string
  readonly digest: string | null
}

/** A scorer as it was: its digest changes with its version, its needs, its options and their defaults. */
export interface BoundScorer {
  readonly name: string
  readonly digest: string
}

/** What the scores came from; unknown for raw scores. `scorers` is absent where it was not kept. */
export type Binding =
  | 'unknown'
  | {
      readonly scorer: string
      readonly models: readonly BoundModel[]
      readonly scorers?: readonly BoundScorer[]
    }

/** What a policy says, whatever its name and version. */
export interface PolicyBody {
  readonly scorer: string
  readonly direction: Direction
  readonly options: Options
  readonly model: string | null
  readonly objective: Objective
  readonly actions: PolicyActions
  /**
   * Accept when the uncertainty is ≤ this. For a scorer that is higher when certain, the negated value. For sets, the
   * largest score of an option that is in. Null when every group has its own.
   */
  readonly threshold: number | null
  /** Null when the threshold promises nothing. */
  readonly guarantee: Guarantee | null
  readonly abstain?: AbstainCut
  /** By name. */
  readonly groups?: readonly GroupCut[]
  readonly escalation?: Escalation
  readonly tuning?: Tuning
  readonly answeredShare: number
  readonly report: PolicyReport
  readonly binding: Binding
  readonly warnings: readonly Warning[]
  /** Uncertainties of the examples that were right, ascending (in every group): what conformal p-values compare with. */
  readonly calibration: readonly number[]
  /** Uncertainties of examples, right and wrong, ascending; absent in policies that were made without. */
  readonly reference?: readonly number[]
}

export interface StoredPolicy extends PolicyBody {
  readonly name: string
  /** From 1; never given twice for a name. */
  readonly version: number
  /** Milliseconds since the epoch. */
  readonly createdMs: number
}

/** A stored policy without its scores, for lists. */
export type PolicySummary = Omit<StoredPolicy, 'calibration' | 'reference'>

/** A value on the scorer's scale as an uncertainty, and back: higher is more uncertain. */
export function towardsUncertain(direction: Direction, value: number): number {
  return direction === 'higher_is_more_uncertain' ? value : -value
}

/** `name@version`, as decisions name a policy. */
export function policyId(policy: Pick<StoredPolicy, 'name' | 'version'>): string {
  return `${policy.name}@${policy.version}`
}
