/** From an uncertainty to a confidence, by the fit of a calibration. */
import { intervalAt, wilson } from '../math/calibrators/band.js'
import { METHODS } from '../math/calibrators/methods.js'
import { jointInterval, jointProbability, ranksOf } from '../math/joint-logistic.js'
import type { CalibrationBody, JointMap, ScoreMap } from './calibration.js'

/** Probability that the answer is right, with its 95 % interval. */
export interface Mapped {
  readonly value: number
  readonly interval: readonly [number, number]
  /** True where the score lies outside those of the examples, so that the map is a guess. */
  readonly outside: boolean
}

function mapScore(fit: ScoreMap, uncertainty: number, n: number): Mapped {
  const certainty = fit.offset - uncertainty
  const value = METHODS[fit.method].predict(fit.map, certainty)
  const outside = uncertainty < fit.low || uncertainty > fit.high
  return { value, interval: intervalAt(fit.band, certainty, value, n), outside }
}

function mapJointly(fit: JointMap, uncertainties: readonly number[], n: number): Mapped {
  const ranks = ranksOf(fit, uncertainties)
  const value = 1 - jointProbability(fit, ranks)
  const [low, high] = jointInterval(fit, ranks)
  const [least, most] = wilson(value, n)
  const outside = uncertainties.some((each, i) => each < fit.quantiles[i]![0]! || each > fit.quantiles[i]!.at(-1)!)
  return { value, interval: [Math.min(1 - high, least), Math.max(1 - low, most)], outside }
}

/** Confidence of an answer with these uncertainties: one per member, or the one of the scorer. */
export function confidenceOf(
  { fit, report }: Pick<CalibrationBody, 'fit' | 'report'>,
  uncertainties: readonly number[]
): Mapped {
  return fit.kind === 'map' ? mapScore(fit, uncertainties[0]!, report.n) : mapJointly(fit, uncertainties, report.n)
}
