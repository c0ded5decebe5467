/** Which scorers run for a request, and what the policy and the calibrations add to them. */
import type { StoredCalibration } from '../calibrations/calibration.js'
import type { ModelInfo } from '../engine/engine.js'
import { derivedSeed, seededRandom } from '../math/random.js'
import { bindingProblem } from '../policies/binding.js'
import { forGroup } from '../policies/group-view.js'
import type { StoredPolicy } from '../policies/policy.js'
import type { ScoreRequest } from '../schemas/score.js'
import { findCalibration, jointsOf, withCalibration, type Calibrated } from './calibrated.js'
import type { Judged, Plan, PlanDependencies } from './plan.js'
import { seedOf } from './seed.js'
import { memberRuns, policyRun, selectRuns, type Run } from './select.js'

/** Runs of a request by what they are for. */
export interface Selection extends Pick<Plan, 'runs' | 'judged' | 'calibrated' | 'joints' | 'members'> {
  /** Every run, each once. */
  readonly all: readonly Run[]
}

/** Part of the seed that randomised sets of options draw from. */
const SET_PART = 1

/** Looks up what the request names. Throws the 4xx that tells what cannot be had. */
export async function selectionOf(
  request: ScoreRequest,
  model: ModelInfo | null,
  dependencies: PlanDependencies
): Promise<Selection> {
  const { engine, scorers, policies, calibrations } = dependencies
  const named = request.calibration
  const calibration = named === undefined ? null : await findCalibration(named, calibrations, '/calibration')
  const policy = request.policy === undefined ? null : await policies.lookup(request.policy)
  const { runs, calibratedRun } = withCalibration(request, calibration, scorers, selectRuns(request, scorers, policy))
  const atHand = engine.models().filter(({ role, id }) => role !== 'language' || id === model?.id)
  const judged = policy && judgedBy(policy, request, runs, atHand, dependencies)
  const direct = judged === null || runs.includes(judged.run) ? runs : [...runs, judged.run]
  const read = calibratedRun === null ? [] : [calibratedRun]
  const joints = await jointsOf([...direct, ...read], calibrations, scorers, atHand)
  const behind = [...read, ...[...joints.values()].flatMap((one) => one.runs), ...memberRuns(direct, request, scorers)]
  const members = [...new Set(behind)].filter((run) => !direct.includes(run))
  const calibrated = calibratedRun && calibratedBy(calibration!, calibratedRun, atHand)
  return { runs, judged, calibrated, joints, members, all: [...direct, ...members] }
}

function judgedBy(
  policy: StoredPolicy,
  request: ScoreRequest,
  runs: readonly Run[],
  models: readonly ModelInfo[],
  { scorers }: PlanDependencies
): Judged {
  const run = policyRun(policy, scorers, runs)
  return {
    policy: forGroup(policy, request.group ?? null),
    run,
    u: seededRandom(derivedSeed(seedOf(request), SET_PART))(),
    problem: bindingProblem(policy, { models, scorers: [run.scorer] })
  }
}

function calibratedBy(calibration: StoredCalibration, run: Run, models: readonly ModelInfo[]): Calibrated {
  const problem = bindingProblem(calibration, { models, scorers: [run.scorer] }, 'calibration')
  return { calibration, run, problem }
}
