import type { Policy, PolicyContent } from '../schemas/policy.js'
import { towardsUncertain, type Binding, type PolicyBody, type PolicyReport, type PolicySummary } from './policy.js'

function reportResource(report: PolicyReport): Policy['report'] {
  const { errorRate, errorOnAccepted, pValue, ...same } = report
  return { ...same, error_rate: errorRate, error_on_accepted: errorOnAccepted, p_value: pValue }
}

function bindingResource(binding: Binding): Policy['binding'] {
  if (binding === 'unknown') return binding
  return { scorer: binding.scorer, models: binding.models.map((model) => ({ ...model })) }
}

/** What a policy says as callers see it: the threshold on the scorer's own scale, no calibration scores. */
export function policyContent(policy: Omit<PolicyBody, 'calibration'>): PolicyContent {
  return {
    scorer: policy.scorer,
    options: { ...policy.options },
    model: policy.model,
    direction: policy.direction,
    threshold: towardsUncertain(policy.direction, policy.threshold),
    objective: { ...policy.objective },
    actions: { ...policy.actions },
    guarantee: { ...policy.guarantee },
    answered_share: policy.answeredShare,
    report: reportResource(policy.report),
    binding: bindingResource(policy.binding),
    warnings: policy.warnings.map((warning) => ({ ...warning }))
  }
}

/** A policy as callers see it. */
export function policyResource(policy: PolicySummary): Policy {
  return {
    object: 'policy',
    name: policy.name,
    version: policy.version,
    ...policyContent(policy),
    created: Math.floor(policy.createdMs / 1000)
  }
}
