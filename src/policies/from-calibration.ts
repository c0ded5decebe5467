/** A policy from the examples of a calibration: the score is cut where its answers allow, its map plays no part. */
import type { StoredCalibration } from '../calibrations/calibration.js'
import { QualmError } from '../errors.js'
import type { PolicyCreation, PolicyRequest } from '../schemas/policy.js'
import { towardsUncertain, type PolicyBody } from './policy.js'

/** What the calibration brings itself. */
const BROUGHT = ['scorer', 'options', 'model', 'examples', 'tune'] as const

function refuse(pointer: string, message: string): QualmError {
  return new QualmError('QUALM_ERR_VALIDATION', `${pointer}: ${message}.`, { errors: [{ pointer, message }] })
}

/** A request that names its scorer and its examples. Throws QUALM_ERR_VALIDATION when it does not. */
export function complete(request: PolicyCreation): PolicyRequest {
  const { scorer, examples } = request
  if (scorer === undefined) throw refuse('/scorer', 'is required where no `calibration` is named')
  if (examples === undefined) throw refuse('/examples', 'is required where no `calibration` is named')
  return { ...request, scorer, examples }
}

/**
 * The request with the scorer and the examples of `calibration`. Throws QUALM_ERR_VALIDATION when it brings its own, when
 * it asks for sets of options, or when the calibration is of several scorers: their combination was fitted to these very
 * examples, and no promise can rest on them again.
 */
export function withExamplesOf(calibration: StoredCalibration, request: PolicyCreation): PolicyRequest {
  const own = BROUGHT.find((field) => request[field] !== undefined)
  if (own !== undefined)
    throw refuse(`/${own}`, 'the calibration has its own: leave it out, or leave out `calibration`')
  if (request.objective.kind === 'sets') throw refuse('/calibration', 'sets needs examples with options')
  if (calibration.fit.kind === 'joint') {
    const advice = `{"scorer": "ensemble", "options": {"calibration": "${calibration.name}@${calibration.version}"}}`
    throw refuse('/calibration', `its examples fitted the combination of its scorers: give fresh ones with ${advice}`)
  }
  const rest = { ...request }
  delete rest.calibration
  const { scorer, options, model, direction, examples } = calibration
  return {
    ...rest,
    scorer,
    options: { ...options },
    ...(model !== null && { model }),
    examples: examples.quality.map((quality, i) => ({
      score: towardsUncertain(direction, examples.uncertainty[i]![0]!),
      correct: quality
    }))
  }
}

/** The policy bound to what the calibration is bound to: its scores are raw here, but not there. */
export function boundAs({ binding }: StoredCalibration, policy: PolicyBody): PolicyBody {
  if (binding === 'unknown') return policy
  return { ...policy, binding, warnings: policy.warnings.filter(({ code }) => code !== 'binding_unknown') }
}
