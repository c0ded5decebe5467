/** How policies are kept and exported: what callers see of them, and the calibration scores. */
import { PolicyDocument } from '../schemas/policy.js'
import type { Kind, Stored } from '../store/document.js'
import { towardsUncertain, type PolicyBody } from './policy.js'
import { policyContent } from './resource.js'

function decode(document: PolicyDocument): PolicyBody {
  const { threshold, answered_share: answeredShare, report, ...same } = document
  const { error_rate: errorRate, error_on_accepted: errorOnAccepted, p_value: pValue, ...metrics } = report
  return {
    ...same,
    threshold: towardsUncertain(document.direction, threshold),
    answeredShare,
    report: { ...metrics, errorRate, errorOnAccepted, pValue }
  }
}

/** Conformal p-values search the scores, so they must be in order. */
function flaw({ calibration }: PolicyDocument): string | null {
  const isAscending = calibration.every((score, i) => i === 0 || calibration[i - 1]! <= score)
  return isAscending ? null : 'the calibration scores must ascend'
}

/** Policies in the store. */
export const POLICY_KIND: Kind<PolicyBody, 'calibration'> = {
  name: 'policy',
  heavy: ['calibration'],
  schema: PolicyDocument,
  flaw: (json) => flaw(json as PolicyDocument),
  encode: (body) => ({ ...policyContent(body), calibration: body.calibration }),
  decode: (json) => decode(json as PolicyDocument)
}

/** A document as a policy; without the calibration scores where the document has none. */
export function storedPolicy<Body extends object>({ name, version, createdMs, body }: Stored<Body>) {
  return { ...body, name, version, createdMs }
}
