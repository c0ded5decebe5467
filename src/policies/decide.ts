import type { Action, ConformalReference } from '../scorer.js'
import { policyId, towardsUncertain, type Guarantee, type StoredPolicy } from './policy.js'

/** What to do with one answer. `score` and `threshold` are on the scorer's own scale. */
export interface Decision {
  readonly action: Action
  readonly policy: string
  readonly score: number | null
  readonly threshold: number
  readonly guarantee: Guarantee
  /** Why the policy could not tell; only with the action of `between`. */
  readonly reason?: string
}

/** Why a policy cannot decide, or null when it can. */
function obstacle(policy: StoredPolicy, uncertainty: number | null, missing: string): string | null {
  if (uncertainty === null || !Number.isFinite(uncertainty)) return missing
  return policy.guarantee.valid ? null : 'guarantee_broken'
}

/**
 * Applies a policy to the uncertainty of an answer (higher is more uncertain). Null or a non-finite number is missing
 * evidence: the action is then review with `missing` as the reason, never accept. So is a broken guarantee.
 */
export function decide(policy: StoredPolicy, uncertainty: number | null, missing = 'insufficient_evidence'): Decision {
  const reason = obstacle(policy, uncertainty, missing)
  const side = reason !== null ? 'between' : uncertainty! <= policy.threshold ? 'below' : 'above'
  return {
    action: policy.actions[side],
    policy: policyId(policy),
    score: Number.isFinite(uncertainty) ? towardsUncertain(policy.direction, uncertainty!) : null,
    threshold: towardsUncertain(policy.direction, policy.threshold),
    guarantee: policy.guarantee,
    ...(reason !== null && { reason })
  }
}

/** The evidence of `conformal_abstention`: one answer's uncertainty against those of right calibration answers. */
export function conformalReference(policy: StoredPolicy, uncertainty: number): ConformalReference {
  return {
    policy: policyId(policy),
    scorer: policy.scorer,
    uncertainty,
    calibration: policy.calibration,
    threshold: towardsUncertain(policy.direction, policy.threshold),
    action: decide(policy, uncertainty).action
  }
}
