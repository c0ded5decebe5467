/** How policies are kept and exported: what callers see of them, and the calibration scores. */
import { PolicyDocument } from '../schemas/policy.js'
import type { Kind, Stored } from '../store/document.js'
import { towardsUncertain, type GroupCut, type PolicyBody } from './policy.js'
import { policyContent } from './resource.js'

type DocumentGroup = NonNullable<PolicyDocument['groups']>[number]

function groupOf(group: DocumentGroup, uncertain: (value: number | null | undefined) => number | null): GroupCut {
  const { threshold, abstain, reason, ...same } = group
  return {
    ...same,
    threshold: uncertain(threshold),
    ...(abstain !== undefined && { abstain: uncertain(abstain) }),
    ...(reason !== undefined && { reason: reason as NonNullable<GroupCut['reason']> })
  }
}

function decode(document: PolicyDocument): PolicyBody {
  const { threshold, thresholds, abstain, groups, answered_share: answeredShare, report, ...same } = document
  const uncertain = (value: number | null | undefined) =>
    value === null || value === undefined ? null : towardsUncertain(document.direction, value)
  const { error_rate: errorRate, error_on_accepted: errorOnAccepted, p_value: pValue, ...metrics } = report
  return {
    ...same,
    threshold: uncertain(threshold),
    ...(abstain && { abstain: { ...abstain, threshold: uncertain(thresholds?.abstain) } }),
    ...(groups && { groups: groups.map((group) => groupOf(group, uncertain)) }),
    answeredShare,
    report: { ...metrics, errorRate, errorOnAccepted, pValue }
  }
}

/** Where the scores of each group begin; all begin at 0 without groups. */
function beginnings({ groups = [] }: PolicyDocument): ReadonlySet<number> {
  let next = 0
  return new Set(groups.map(({ compared }) => (next += compared) - compared))
}

/** Conformal p-values search the scores, so they must be in order, group by group. */
function flaw(document: PolicyDocument): string | null {
  const { calibration } = document
  const starts = beginnings(document)
  const isAscending = calibration.every((score, i) => i === 0 || starts.has(i) || calibration[i - 1]! <= score)
  return isAscending ? null : 'the calibration scores must ascend'
}

/** Policies in the store. */
export const POLICY_KIND: Kind<PolicyBody, 'calibration' | 'reference'> = {
  name: 'policy',
  heavy: ['calibration', 'reference'],
  schema: PolicyDocument,
  flaw: (json) => flaw(json as PolicyDocument),
  encode: ({ calibration, reference, ...body }) => ({
    ...policyContent(body),
    calibration,
    ...(reference !== undefined && { reference })
  }),
  decode: (json) => decode(json as PolicyDocument)
}

/** A document as a policy; without the calibration scores where the document has none. */
export function storedPolicy<Body extends object>({ name, version, createdMs, body }: Stored<Body>) {
  return { ...body, name, version, createdMs }
}
