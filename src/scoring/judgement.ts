/** What a policy says of an answer. Missing evidence never reads as certainty. */
import type { Evidence } from '../evidence/evidence.js'
import { closure } from '../evidence/kinds.js'
import { Missing } from '../evidence/missing.js'
import { conformalReference, decide, type Decision } from '../policies/decide.js'
import { decideSet, optionReading } from '../policies/decide-set.js'
import type { AppliedPolicy } from '../policies/group-view.js'
import { towardsUncertain } from '../policies/policy.js'
import type { ConformalReference } from '../scorer.js'
import { areDegenerate, drawnSamples } from './degenerate.js'
import type { Judged, Plan } from './plan.js'
import type { Outcome, Results } from './results.js'

/** Warnings of a scorer that make its value a bound, or too good to be true: such a value does not accept an answer. */
const WEAKENING: ReadonlySet<string> = new Set(['truncated', 'degenerate_logprobs'])

/** Why the value may look more certain than the answer is; null when nothing speaks against it. */
async function weakness(plan: Plan, judged: Judged, outcome: Outcome, evidence: Evidence): Promise<string | null> {
  const unscored = plan.input.answer?.firstUnscored === true && judged.run.scorer.needs.includes('answer.logprobs')
  if (unscored) return 'first_token_unscored'
  const told = outcome.warnings.find(({ code }) => WEAKENING.has(code))?.code
  if (told !== undefined || !readsSamples(judged.run)) return told ?? null
  return plan.misfit ?? fewerSamples(plan, evidence)
}

/** Why fewer samples came than the policy knows of: the upstream, or a rule that does not look at the decision. */
async function fewerSamples({ input }: Plan, evidence: Evidence): Promise<string | null> {
  const { adaptive, rows, samples } = input
  if (samples !== null || rows.samples === 0) return null
  const { length } = await evidence.get('samples')
  if (length < evidence.samplesAsked) return 'fewer_samples'
  return adaptive?.rule !== 'decision' && length < rows.samples ? 'stopped_early' : null
}

function readsSamples({ scorer, parameters }: Judged['run']): boolean {
  return closure(scorer.needs, parameters).has('samples')
}

/** A decision, and the number that it rests on: an uncertainty, or for sets the score of the option under test. */
interface Verdict {
  readonly decision: Decision
  readonly uncertainty: number | null
}

/** What the policy says of the value alone. */
function verdictOn({ u, ...judged }: Judged, { score }: Outcome): Verdict {
  const policy = applied(judged)
  if (policy.objective.kind === 'sets') {
    const { decision, score: tested } = decideSet(policy, optionReading(score.detail), u, score.reason ?? 'no_options')
    return { decision, uncertainty: tested }
  }
  const uncertainty = score.value === null ? null : towardsUncertain(policy.direction, score.value)
  return { decision: decide(policy, uncertainty, score.reason), uncertainty }
}

/** The same, reviewed where the value may look more certain than the answer is. */
async function verdictOf(plan: Plan, judged: Judged, outcome: Outcome, evidence: Evidence): Promise<Verdict> {
  if (await restsOnDegenerate(plan, judged, evidence)) {
    return { decision: decide(applied(judged), null, 'degenerate_samples'), uncertainty: null }
  }
  const verdict = verdictOn(judged, outcome)
  if (verdict.decision.action !== 'accept') return verdict
  const reason = await weakness(plan, judged, outcome, evidence)
  return reason === null ? verdict : { ...verdict, decision: { ...verdict.decision, action: 'review', reason } }
}

/** The decision of the request's policy; null without one. */
export async function judge(plan: Plan, results: Results, evidence: Evidence): Promise<Decision | null> {
  const { judged } = plan
  if (judged === null) return null
  return (await verdictOf(plan, judged, await results.of(judged.run), evidence)).decision
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
  if (await restsOnDegenerate(plan, judged, evidence)) {
    throw new Missing('failed', 'degenerate_samples', 'All samples are the same text, which the policy cannot judge.')
  }
  const outcome = await results.of(judged.run)
  const { decision, uncertainty } = await verdictOf(plan, judged, outcome, evidence)
  if (uncertainty === null) {
    const { status, reason = 'insufficient_evidence', message = 'no value' } = outcome.score
    throw new Missing(status === 'skipped' ? status : 'failed', reason, `${judged.policy.scorer}: ${message}`)
  }
  return conformalReference(applied(judged), uncertainty, decision)
}

async function restsOnDegenerate(plan: Plan, { run }: Judged, evidence: Evidence): Promise<boolean> {
  return readsSamples(run) && areDegenerate(plan, await drawnSamples(plan, evidence))
}

/** The policy, which promises nothing when it was made with other models. */
function applied({ policy, problem }: Pick<Judged, 'policy' | 'problem'>): AppliedPolicy {
  if (problem === null) return policy
  const guarantee = policy.guarantee && { ...policy.guarantee, valid: false }
  return { ...policy, guarantee, broken: true }
}
