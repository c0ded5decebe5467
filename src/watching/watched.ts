/** What the watch needs to know of a policy. */
import { createHash } from 'node:crypto'
import { policyId, type ObjectiveKind, type StoredPolicy } from '../policies/policy.js'
import { rateWithin } from '../math/watching/risk-evidence.js'
import type { Direction } from '../scorer.js'

/** Probability, over the whole life of a policy version, that each of its two watches raises a false alarm. */
export const WATCH_LEVEL = 0.01

/** Promises about a loss that a label of one answer tells. */
const TESTED: ReadonlySet<ObjectiveKind> = new Set(['selective_error', 'coverage', 'expected_risk'])

/** A policy version under watch. Scores are uncertainties. */
export interface Watched {
  readonly id: string
  readonly name: string
  readonly version: number
  readonly direction: Direction
  readonly objective: ObjectiveKind
  readonly target: number | null
  /** Mean loss that labels are tested against, in (0, 1]; null when the promise is not one about labels. */
  readonly bound: number | null
  /** Probability of a false alarm by labels. */
  readonly labelLevel: number
  /** Scores of the right examples, ascending. */
  readonly calibration: readonly number[]
  /** Scores of a random part of all examples, ascending; empty when they were not kept. */
  readonly reference: readonly number[]
  /** 32 bits; governs how ties are broken. */
  readonly seed: number
}

function seedOf(id: string): number {
  return createHash('sha256').update(id).digest().readUInt32BE(0)
}

/**
 * The mean loss that labels must not exceed. A promise that holds on average over calibration draws is tested against
 * what this draw keeps with probability 1 − `level`: labels may well exceed the target itself. For groups with such promises
 * nothing is tested: each has a draw of its own.
 */
function boundOf(policy: StoredPolicy, level: number): number | null {
  const { objective, guarantee } = policy
  const target: number | null = objective.target
  if (!guarantee || target === null || !TESTED.has(objective.kind)) return null
  if (objective.level === null && 'groups' in policy) return null
  return objective.level === null ? rateWithin(target, guarantee.n, level) : target
}

/** A policy as the watch sees it. */
export function watched(policy: StoredPolicy): Watched {
  const { name, version, direction, objective, calibration } = policy
  const labelLevel = objective.level === null ? WATCH_LEVEL / 2 : WATCH_LEVEL
  return {
    id: policyId(policy),
    name,
    version,
    direction,
    objective: objective.kind,
    target: objective.target,
    bound: boundOf(policy, labelLevel),
    labelLevel,
    calibration,
    reference: policy.reference ?? [],
    seed: seedOf(policyId(policy))
  }
}
