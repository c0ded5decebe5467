/** What the members of an ensemble say of one answer. */
import { calibrationId } from '../calibrations/calibration.js'
import { Missing } from '../evidence/missing.js'
import { rankAmong } from '../math/ranks.js'
import { towardsUncertain } from '../policies/policy.js'
import type { EvidenceParameters, MemberScore, MemberScores } from '../scorer.js'
import type { Joint } from './calibrated.js'
import type { Plan } from './plan.js'
import { referenceRank, type ReferenceRanks } from './reference-ranks.js'
import type { Results } from './results.js'
import type { Run } from './select.js'

/**
 * Values of members with their ranks, in order: among the examples of a calibration where one is named, else among
 * reference answers. Every member was planned. Throws `Missing` when the calibration is of other models.
 */
export async function memberScores(
  plan: Plan,
  { members, calibration }: NonNullable<EvidenceParameters['scores']>,
  results: Results,
  ranks: ReferenceRanks
): Promise<MemberScores> {
  if (calibration !== null) return jointScores(plan.joints.get(calibration)!, results)
  const runs = new Map([...plan.members, ...plan.runs].map((run) => [run.scorer.name, run]))
  return {
    members: await Promise.all(
      members.map((name) => memberScore(runs.get(name)!, results, (run, value) => referenceRank(ranks, run, value)))
    ),
    reference: `${ranks.model.id} on ${ranks.data}`,
    referenceFits: plan.languageDigest === ranks.model.digest && !isForeign(plan)
  }
}

async function jointScores({ calibration, fit, runs, problem }: Joint, results: Results): Promise<MemberScores> {
  if (problem !== null) {
    const message = `Make the calibration again, or leave it out: ${problem}.`
    throw new Missing('failed', 'calibration_binding', message)
  }
  const rankIn = (at: number) => (run: Run, value: number) =>
    rankAmong(towardsUncertain(run.scorer.direction, value), fit.quantiles[at]!)
  const id = calibrationId(calibration)
  return {
    members: await Promise.all(runs.map((run, at) => memberScore(run, results, rankIn(at)))),
    reference: `the examples of ${id}`,
    referenceFits: true,
    fit: { calibration: id, weights: fit.weights, intercept: fit.intercept }
  }
}

async function memberScore(
  run: Run,
  results: Results,
  rankOf: (run: Run, value: number) => number | null
): Promise<MemberScore> {
  const { score } = await results.of(run)
  const { value } = score
  return {
    scorer: run.scorer.name,
    value,
    reason: score.reason ?? null,
    rank: value === null ? null : rankOf(run, value)
  }
}

/** Whether somebody else wrote the answer or the samples. */
function isForeign({ input }: Plan): boolean {
  return input.answer !== null || input.samples !== null
}
