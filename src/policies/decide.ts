import type { Action, ConformalReference } from '../scorer.js'
import type { AppliedPolicy } from './group-view.js'
import { policyId, towardsUncertain, type Guarantee, type StoredPolicy } from './policy.js'

/** An option of a question, as a set tells it. */
export interface SetOption {
  readonly label: string
  readonly text: string
}

/** What to do with one answer. `score` and thresholds are on the scorer's own scale. */
export interface Decision {
  readonly action: Action
  readonly policy: string
  readonly score: number | null
  /** With one threshold; null when none applies. */
  readonly threshold?: number | null
  /** With two. */
  readonly thresholds?: { readonly accept: number | null; readonly abstain: number | null }
  /** The promise behind the action; absent when the policy makes none. */
  readonly guarantee?: Guarantee
  /** For the objective sets: the options of which the right one is probably one. */
  readonly set?: readonly SetOption[]
  /** With the action escalate: the model to ask, if the policy names one, and its price. */
  readonly escalation?: { readonly model: string; readonly cost?: number }
  /** Why the action is what it is, where the thresholds alone do not tell. */
  readonly reason?: string
}

/** Why a policy cannot decide, or null when it can. */
export function obstacleOf(policy: AppliedPolicy, score: number | null, missing: string): string | null {
  if (policy.obstacle !== undefined) return policy.obstacle
  if (score === null || !Number.isFinite(score)) return missing
  const promises = [policy.guarantee, policy.abstain?.guarantee]
  return policy.broken === true || promises.some((one) => one?.valid === false) ? 'guarantee_broken' : null
}

/** A threshold, or a score, as decisions tell it. */
function ownScale({ direction }: StoredPolicy, value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? towardsUncertain(direction, value) : null
}

/** The thresholds as decisions tell them. */
function told(policy: StoredPolicy): Pick<Decision, 'threshold' | 'thresholds'> {
  const accept = ownScale(policy, policy.threshold)
  if (policy.abstain === undefined) return { threshold: accept }
  return { thresholds: { accept, abstain: ownScale(policy, policy.abstain.threshold) } }
}

/** A decision with everything that follows from the action. `abstains`: the second threshold was passed. */
export function decision(policy: AppliedPolicy, { action, score, reason, abstains = false }: DecidedAction): Decision {
  const guarantee = abstains ? policy.abstain!.guarantee : policy.guarantee
  const { model, cost } = policy.escalation ?? {}
  return {
    action,
    policy: policyId(policy),
    score: ownScale(policy, score),
    ...told(policy),
    ...(guarantee !== null && { guarantee }),
    ...(action === 'escalate' && model !== undefined && { escalation: { model, ...(cost !== undefined && { cost }) } }),
    ...(reason !== null && { reason })
  }
}

/** What a policy makes of a score. */
export interface DecidedAction {
  readonly action: Action
  readonly score: number | null
  readonly reason: string | null
  readonly abstains?: boolean
}

/**
 * Applies a policy to the uncertainty of an answer (higher is more uncertain). Null or a non-finite number is missing
 * evidence: the action is then review with `missing` as the reason, never accept. So is a broken guarantee.
 */
export function decide(policy: AppliedPolicy, uncertainty: number | null, missing = 'insufficient_evidence'): Decision {
  const reason = obstacleOf(policy, uncertainty, missing)
  if (reason !== null) return decision(policy, { action: 'review', score: uncertainty, reason })
  const { actions, threshold, abstain } = policy
  const score = uncertainty!
  if (threshold !== null && score <= threshold) return decision(policy, { action: actions.below, score, reason })
  const abstains = abstain !== undefined && score > abstain.threshold!
  const side = abstain === undefined || abstains ? 'above' : 'between'
  return decision(policy, { action: actions[side], score, reason, abstains })
}

/** The evidence of `conformal_abstention`: one answer's uncertainty against those of right calibration answers. */
export function conformalReference(
  policy: AppliedPolicy,
  uncertainty: number,
  { action }: Decision
): ConformalReference {
  return {
    policy: policyId(policy),
    scorer: policy.scorer,
    uncertainty,
    calibration: policy.calibration,
    threshold: ownScale(policy, policy.threshold),
    action
  }
}
