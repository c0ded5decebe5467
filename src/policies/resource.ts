import type { Policy, PolicyContent } from '../schemas/policy.js'
import {
  towardsUncertain,
  type Binding,
  type GroupCut,
  type PolicyBody,
  type PolicyReport,
  type PolicySummary
} from './policy.js'

function reportResource(report: PolicyReport): Policy['report'] {
  const { errorRate, errorOnAccepted, pValue, ...same } = report
  return { ...same, error_rate: errorRate, error_on_accepted: errorOnAccepted, p_value: pValue }
}

type Content = Omit<PolicyBody, 'calibration'>

/** A threshold on the scorer's own scale. */
function ownScale({ direction }: Pick<Content, 'direction'>, threshold: number | null | undefined): number | null {
  return threshold === null || threshold === undefined ? null : towardsUncertain(direction, threshold)
}

function groupResource(policy: Content, group: GroupCut): NonNullable<PolicyContent['groups']>[number] {
  const abstain = group.abstain === undefined ? {} : { abstain: ownScale(policy, group.abstain) }
  return { ...group, threshold: ownScale(policy, group.threshold), ...abstain }
}

/** What only some policies have. */
function extras(policy: Content): Partial<PolicyContent> {
  const { abstain, groups, escalation, tuning, threshold } = policy
  const accept = ownScale(policy, threshold)
  return {
    ...(abstain && {
      thresholds: { accept, abstain: ownScale(policy, abstain.threshold) },
      abstain: { objective: { ...abstain.objective }, guarantee: { ...abstain.guarantee } }
    }),
    ...(groups && { groups: groups.map((group) => groupResource(policy, group)) }),
    ...(escalation && { escalation: { ...escalation } }),
    ...(tuning && {
      tuning: { ...tuning, candidates: tuning.candidates.map((one) => ({ ...one, options: { ...one.options } })) }
    })
  }
}

function bindingResource(binding: Binding): Policy['binding'] {
  if (binding === 'unknown') return binding
  const { scorer, models, scorers } = binding
  const bound = { scorer, models: models.map((model) => ({ ...model })) }
  return scorers === undefined ? bound : { ...bound, scorers: scorers.map((one) => ({ ...one })) }
}

/** What a policy says as callers see it: the threshold on the scorer's own scale, no calibration scores. */
export function policyContent(policy: Content): PolicyContent {
  return {
    scorer: policy.scorer,
    options: { ...policy.options },
    model: policy.model,
    direction: policy.direction,
    threshold: ownScale(policy, policy.threshold),
    objective: { ...policy.objective },
    actions: { ...policy.actions },
    guarantee: policy.guarantee && { ...policy.guarantee },
    ...extras(policy),
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
