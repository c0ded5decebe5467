/**
 * Beta calibration (Kull, Silva Filho, Flach 2017): logit κ = a ln s − b ln(1 − s) + c with a, b ≥ 0. Unlike Platt's
 * curve it can bend either way and holds the identity, so a score that is calibrated already stays as it is.
 */
import { fitLogistic, logitOf, sigmoid, type LogisticFit } from '../logistic.js'
import type { Calibrator, LabelledScores } from './calibrator.js'
import { inside } from './logit.js'

export interface BetaFit {
  /** Of ln s. Never negative. */
  readonly a: number
  /** Of −ln(1 − s). Never negative. */
  readonly b: number
  readonly c: number
}

const features = (score: number): readonly [number, number] => {
  const p = inside(score)
  return [Math.log(p), -Math.log1p(-p)]
}

const toFit = (used: readonly number[], { weights, intercept }: LogisticFit): BetaFit => {
  const weightOf = (feature: number): number => (used.includes(feature) ? weights[used.indexOf(feature)]! : 0)
  return { a: weightOf(0), b: weightOf(1), c: intercept }
}

function predict({ a, b, c }: BetaFit, score: number): number {
  return sigmoid(logitOf({ weights: [a, b], intercept: c }, features(score)))
}

/** Log loss in nats, summed. */
function lossOf(fit: BetaFit, { scores, quality }: LabelledScores): number {
  return scores.reduce((sum, score, i) => {
    const p = inside(predict(fit, score))
    return sum - quality[i]! * Math.log(p) - (1 - quality[i]!) * Math.log1p(-p)
  }, 0)
}

/** Where the least loss lies when the free one bends downwards: the loss is convex, so on the border. */
const BORDERS: readonly (readonly number[])[] = [[0], [1], []]

function fitWith(used: readonly number[], { scores, quality }: LabelledScores): BetaFit {
  const rows = scores.map((score) => used.map((feature) => features(score)[feature]!))
  return toFit(used, fitLogistic(rows, quality, 0))
}

const rises = ({ a, b }: BetaFit): boolean => a >= 0 && b >= 0

function fitBeta(data: LabelledScores): BetaFit {
  const free = fitWith([0, 1], data)
  if (rises(free)) return free
  const fits = BORDERS.map((used) => fitWith(used, data)).filter(rises)
  return fits.reduce((best, fit) => (lossOf(fit, data) < lossOf(best, data) ? fit : best))
}

/** Beta calibration by maximum likelihood. Scores are probabilities. */
export const beta: Calibrator<BetaFit> = { domain: 'probability', fit: fitBeta, predict }
