/** The calibrated confidence of an answer. Where there is none to be believed, a warning says why. */
import { calibrationId } from '../calibrations/calibration.js'
import { confidenceOf, type Mapped } from '../calibrations/map-scores.js'
import type { Evidence } from '../evidence/evidence.js'
import { closure } from '../evidence/kinds.js'
import { towardsUncertain } from '../policies/policy.js'
import type { Warning } from '../scorer.js'
import type { Calibrated } from './calibrated.js'
import { areDegenerate, drawnSamples } from './degenerate.js'
import type { Plan } from './plan.js'
import type { Results } from './results.js'
import type { Run } from './select.js'

export interface Confidence {
  /** Probability that the answer is right. */
  readonly value: number
  /** 95 % interval of it, over the draw of the calibration's examples. */
  readonly interval: readonly [number, number]
  /** name@version. */
  readonly calibration: string
  readonly scorer: string
}

/** A confidence, or null, and what a reader must know of it. */
export interface Confided {
  readonly confidence: Confidence | null
  readonly warnings: readonly Warning[]
}

const none = (code: string, message: string): Confided => ({ confidence: null, warnings: [{ code, message }] })

/** The runs whose values the map reads. */
function sourcesOf({ calibration, run }: Calibrated, { joints }: Plan): readonly Run[] {
  return joints.get(calibrationId(calibration))?.runs ?? [run]
}

const readsSamples = ({ scorer, parameters }: Run): boolean => closure(scorer.needs, parameters).has('samples')

function told({ calibration }: Calibrated, { value, interval, outside }: Mapped): Confided {
  const id = calibrationId(calibration)
  const unbound = 'The calibration was made from raw scores: whether it holds for this model is not known.'
  const beyond = 'The score lies outside those of the calibration examples: the confidence is that of the nearest ones.'
  return {
    confidence: { value, interval, calibration: id, scorer: calibration.scorer },
    warnings: [
      ...(calibration.binding === 'unknown' ? [{ code: 'calibration_binding_unknown', message: unbound }] : []),
      ...(outside ? [{ code: 'outside_calibration', message: beyond }] : [])
    ]
  }
}

const MISFITS = {
  fewer_samples: 'there are fewer samples than planned',
  other_temperature: 'the samples are of another temperature than planned, or of one that nobody named'
} as const

/** Why the samples are not such as a map of scores was made from; null when nothing is known against them. */
async function doubtOf(plan: Plan, evidence: Evidence): Promise<string | null> {
  const drawn = await drawnSamples(plan, evidence)
  if (areDegenerate(plan, drawn)) return 'all samples are the same text, which proves nothing'
  if (plan.misfit !== null) return MISFITS[plan.misfit]
  const isShort = drawn.length > 0 && drawn.length < evidence.samplesAsked
  return isShort ? MISFITS.fewer_samples : null
}

/** The confidence by the calibration that the request names; nothing without one. */
export async function confide(plan: Plan, results: Results, evidence: Evidence): Promise<Confided> {
  const { calibrated } = plan
  if (calibrated === null) return { confidence: null, warnings: [] }
  if (calibrated.problem !== null) {
    return none('calibration_binding', `There is no confidence: ${calibrated.problem}. Make the calibration again.`)
  }
  const sources = sourcesOf(calibrated, plan)
  const doubt = sources.some(readsSamples) ? await doubtOf(plan, evidence) : null
  if (doubt !== null) return none('no_confidence', `There is no confidence: ${doubt}.`)
  const outcomes = await Promise.all(sources.map((run) => results.of(run)))
  const uncertainties = outcomes.flatMap(({ score }, i) =>
    score.value === null ? [] : [towardsUncertain(sources[i]!.scorer.direction, score.value)]
  )
  if (uncertainties.length === sources.length)
    return told(calibrated, confidenceOf(calibrated.calibration, uncertainties))
  const lacking = outcomes.findIndex(({ score }) => score.value === null)
  const { reason = 'no_value', message = '' } = outcomes[lacking]!.score
  return none(
    'no_confidence',
    `There is no confidence: ${sources[lacking]!.scorer.name} has no value. ${reason}: ${message}`
  )
}
