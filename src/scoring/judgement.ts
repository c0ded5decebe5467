/** What a policy says of an answer. Missing evidence never reads as certainty. */
import type { Evidence } from '../evidence/evidence.js'
import { closure } from '../evidence/kinds.js'
import { Missing } from '../evidence/missing.js'
import { conformalReference, decide, type Decision } from '../policies/decide.js'
import { towardsUncertain, type StoredPolicy } from '../policies/policy.js'
import type { ConformalReference } from '../scorer.js'
import { areDegenerate } from './degenerate.js'
import type { Judged, Plan } from './plan.js'
import type { Outcome, Results } from './results.js'

/** Warnings of a scorer that make its value a bound, or too good to be true: such a value does not accept an answer. */
const WEAKENING: ReadonlySet<string> = new Set(['truncated', 'degenerate_logprobs'])

/** Why the value may look more certain than the answer is; null when nothing speaks against it. */
async function weakness(plan: Plan, judged: Judged, outcome: Outcome, evidence: Evidence): Promise<string | null> {
  const unscored = plan.input.answer?.firstUnscored === true && judged.run.scorer.needs.includes('answer.logprobs')
  if (unscored) return 'first_token_unscored'
  const told = outcome.warnings.find(({ code }) => WEAKENING.has(code))?.code
  return told ?? ((await stoppedEarly(plan, judged, evidence)) ? 'stopped_early' : null)
}

/** Whether fewer samples were drawn than the policy knows of, by a rule that does not look at the decision. */
async function stoppedEarly({ input }: Plan, { run }: Judged, evidence: Evidence): Promise<boolean> {
  const { adaptive, rows, samples } = input
  if (adaptive === null || adaptive.rule === 'decision' || samples !== null || !readsSamples(run)) return false
  return (await evidence.get('samples')).length < rows.samples
}

function readsSamples({ scorer, parameters }: Judged['run']): boolean {
  return closure(scorer.needs, parameters).has('samples')
}

/** The decision of the request's policy; null without one. */
export async function judge(plan: Plan, results: Results, evidence: Evidence): Promise<Decision | null> {
  const { judged } = plan
  if (judged === null) return null
  const outcome = await results.of(judged.run)
  const { score } = outcome
  if (restsOnDegenerate(plan, judged)) return decide(applied(judged), null, 'degenerate_samples')
  const uncertainty = score.value === null ? null : towardsUncertain(judged.policy.direction, score.value)
  const decision = decide(applied(judged), uncertainty, score.reason)
  if (decision.action !== 'accept') return decision
  const reason = await weakness(plan, judged, outcome, evidence)
  return reason !== null ? { ...decision, action: 'review', reason } : decision
}

/** The calibration side of the request's policy. Throws `Missing` without a policy or without its score. */
export async function calibrationSide(plan: Plan, results: Results, evidence: Evidence): Promise<ConformalReference> {
  const { judged } = plan
  if (judged === null) {
    throw new Missing('skipped', 'needs_policy', 'Name a `policy`; POST /v1/policies makes one from labelled scores.')
  }
  if (judged.run.scorer.needs.includes('conformal')) {
    throw new Missing('failed', 'policy_cycle', 'The policy rests on a scorer that itself needs a policy.')
  }
  if (restsOnDegenerate(plan, judged)) {
    throw new Missing('failed', 'degenerate_samples', 'All samples are the same text, which the policy cannot judge.')
  }
  const outcome = await results.of(judged.run)
  const { score } = outcome
  if (score.value === null) {
    const status = score.status === 'skipped' ? 'skipped' : 'failed'
    const { reason = 'insufficient_evidence', message = 'no value' } = score
    throw new Missing(status, reason, `${judged.policy.scorer}: ${message}`)
  }
  const reference = conformalReference(applied(judged), towardsUncertain(judged.policy.direction, score.value))
  const isWeak = reference.action === 'accept' && (await weakness(plan, judged, outcome, evidence)) !== null
  return isWeak ? { ...reference, action: 'review' } : reference
}

function restsOnDegenerate({ input }: Plan, { run }: Judged): boolean {
  return readsSamples(run) && areDegenerate(input)
}

/** The policy with its guarantee taken back when it was made with other models. */
function applied({ policy, problem }: Judged): StoredPolicy {
  return problem === null ? policy : { ...policy, guarantee: { ...policy.guarantee, valid: false } }
}
