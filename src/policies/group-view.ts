import type { GroupCut, StoredPolicy } from './policy.js'

/** A policy as it applies to one request. */
export interface AppliedPolicy extends StoredPolicy {
  /** Why it cannot decide, whatever the score; absent when it can. */
  readonly obstacle?: string
  /** True when it was made with other models than those at hand: whatever it promises does not hold. */
  readonly broken?: boolean
}

/** The calibration scores of a group: those of earlier groups stand before them. */
function calibrationOf({ calibration }: StoredPolicy, groups: readonly GroupCut[], place: number): readonly number[] {
  const before = groups.slice(0, place).reduce((sum, { compared }) => sum + compared, 0)
  return calibration.slice(before, before + groups[place]!.compared)
}

/**
 * A policy with the thresholds, the guarantee and the calibration scores of `group`; a policy without groups as it is.
 * A request that names no group, or one that the policy does not know or has no threshold for, cannot be decided.
 */
export function forGroup(policy: StoredPolicy, group: string | null): AppliedPolicy {
  const { groups, guarantee, abstain } = policy
  if (groups === undefined) return policy
  const place = groups.findIndex((entry) => entry.group === group)
  const own = groups[place]
  if (own === undefined)
    return { ...policy, calibration: [], obstacle: group === null ? 'needs_group' : 'unknown_group' }
  const promise = { group: own.group, n: own.n }
  return {
    ...policy,
    threshold: own.threshold,
    guarantee: guarantee && { ...guarantee, ...promise },
    ...(abstain !== undefined && {
      abstain: { ...abstain, threshold: own.abstain ?? null, guarantee: { ...abstain.guarantee, ...promise } }
    }),
    calibration: calibrationOf(policy, groups, place),
    ...(own.threshold === null && { obstacle: 'group_without_threshold' })
  }
}
