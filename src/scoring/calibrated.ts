/** Calibrations in a request: the one that it names, and those that its ensembles rest on. */
import {
  calibrationId,
  COMBINING,
  type CalibrationMember,
  type JointMap,
  type StoredCalibration
} from '../calibrations/calibration.js'
import { QualmError } from '../errors.js'
import { bindingProblem } from '../policies/binding.js'
import type { BoundModel } from '../policies/policy.js'
import type { ScoreRequest } from '../schemas/score.js'
import type { Options } from '../scorer.js'
import { makeRun, type Run, type Scorers } from './select.js'
import { canonicalJson } from '../canonical-json.js'

/** Finds a stored calibration by name or name@version. */
export interface CalibrationLookup {
  lookup(reference: string): Promise<StoredCalibration>
}

/** The calibration that a request names and the run whose value becomes a confidence. */
export interface Calibrated {
  readonly calibration: StoredCalibration
  readonly run: Run
  /** Why the calibration does not fit the models at hand; null when it does. */
  readonly problem: string | null
}

/** A calibration of several scorers, and their runs in its order. */
export interface Joint {
  readonly calibration: StoredCalibration
  readonly fit: JointMap
  readonly runs: readonly Run[]
  readonly problem: string | null
}

function refuse(code: 'QUALM_ERR_VALIDATION' | 'QUALM_ERR_BINDING', pointer: string, message: string): QualmError {
  return new QualmError(code, `${pointer}: ${message}.`, { errors: [{ pointer, message }] })
}

/** Looks a calibration up; what is wrong with the name points to its place in the body. */
export async function findCalibration(
  reference: string,
  calibrations: CalibrationLookup,
  pointer: string
): Promise<StoredCalibration> {
  try {
    return await calibrations.lookup(reference)
  } catch (error) {
    if (!(error instanceof QualmError) || error.code !== 'QUALM_ERR_UNKNOWN_CALIBRATION') throw error
    const message = `there is no calibration ${JSON.stringify(reference)}`
    throw new QualmError(error.code, error.message, { errors: [{ pointer, message }] })
  }
}

/** The options that its scorer runs with; those of an ensemble name the calibration. */
function optionsOf(calibration: StoredCalibration): Options {
  if (calibration.members.length === 0) return calibration.options
  return { ...calibration.options, calibration: calibrationId(calibration) }
}

/** The run of a stored scorer, shared where one is the same. Throws QUALM_ERR_BINDING when the scorer is gone. */
function runOf(
  { scorer: name, options }: Pick<CalibrationMember, 'scorer' | 'options'>,
  scorers: Scorers,
  runs: readonly Run[],
  pointer: string
): Run {
  const scorer = scorers.get(name)
  if (scorer === undefined) {
    throw refuse('QUALM_ERR_BINDING', pointer, `the calibration rests on the scorer ${name}, which is not installed`)
  }
  const same = runs.find((run) => run.scorer === scorer && canonicalJson(run.options) === canonicalJson(options))
  return same ?? makeRun(scorer, options, pointer)
}

/** A request must not ask for other members or other options of them than the calibration has. */
function checkJoint(request: ScoreRequest, { members }: StoredCalibration): void {
  const given = request.options?.[COMBINING]?.['members']
  const names = members.map(({ scorer }) => scorer)
  if (given !== undefined && canonicalJson(given) !== canonicalJson(names)) {
    throw refuse('QUALM_ERR_VALIDATION', `/options/${COMBINING}/members`, 'the calibration says what the members are')
  }
  const stray = names.find((name) => request.options?.[name] !== undefined && request.scorers?.includes(name) !== true)
  if (stray === undefined) return
  throw refuse('QUALM_ERR_VALIDATION', `/options/${stray}`, 'the calibration says what the options of its scorers are')
}

/** Runs to report, and the one whose value the calibration of the request reads; null without one. */
interface WithCalibration {
  readonly runs: readonly Run[]
  readonly calibratedRun: Run | null
}

/** The runs to report with the calibration's own among them; an ensemble among them becomes the calibrated one. */
export function withCalibration(
  request: ScoreRequest,
  calibration: StoredCalibration | null,
  scorers: Scorers,
  runs: readonly Run[]
): WithCalibration {
  if (calibration === null) return { runs, calibratedRun: null }
  if (calibration.members.length > 0) checkJoint(request, calibration)
  const wanted = { scorer: calibration.scorer, options: optionsOf(calibration) }
  const run = runOf(wanted, scorers, runs, '/calibration')
  if (runs.includes(run)) return { runs, calibratedRun: run }
  const place = runs.findIndex((one) => one.scorer === run.scorer)
  if (place === -1) return { runs: [...runs, run], calibratedRun: run }
  const takesPlace = calibration.members.length > 0 && runs[place]!.options['calibration'] === null
  return { runs: takesPlace ? runs.with(place, run) : runs, calibratedRun: run }
}

/** The calibrations of several scorers that `runs` rest on, by name@version. */
export async function jointsOf(
  runs: readonly Run[],
  calibrations: CalibrationLookup,
  scorers: Scorers,
  models: readonly BoundModel[]
): Promise<ReadonlyMap<string, Joint>> {
  const joints = new Map<string, Joint>()
  for (const { scorer, options } of runs) {
    const id = options['calibration']
    if (scorer.name !== COMBINING || typeof id !== 'string' || joints.has(id)) continue
    const pointer = `/options/${COMBINING}/calibration`
    const calibration = await findCalibration(id, calibrations, pointer)
    const { fit, members } = calibration
    if (fit.kind !== 'joint') throw refuse('QUALM_ERR_VALIDATION', pointer, 'this calibration is of one scorer')
    const own = members.map((member) => runOf(member, scorers, runs, pointer))
    const bound = { models, scorers: own.map((run) => run.scorer) }
    joints.set(id, { calibration, fit, runs: own, problem: bindingProblem(calibration, bound, 'calibration') })
  }
  return joints
}
