/**
 * Temperature scaling of a probability (formulas.md §8; Guo et al. 2017, arXiv 1706.04599): σ(logit(score) / T). One
 * number is fitted, so few examples suffice; one half stays one half.
 */
import { sigmoid } from '../logistic.js'
import type { Calibrator, LabelledScores } from './calibrator.js'
import { logit } from './logit.js'

export interface TemperatureFit {
  /** 1 / T, from 0 (every answer gets one half) to e^10 (separable examples). */
  readonly inverseTemperature: number
}

const MOST = Math.exp(10)

/** Derivative of the log loss by 1 / T; it never falls. */
function slope(logits: readonly number[], quality: readonly number[], inverse: number): number {
  return logits.reduce((sum, x, i) => sum + (sigmoid(inverse * x) - quality[i]!) * x, 0)
}

/** Least log loss, by bisection of its derivative. */
function fitTemperature({ scores, quality }: LabelledScores): TemperatureFit {
  const logits = scores.map(logit)
  let low = 0
  let high = MOST
  if (slope(logits, quality, low) >= 0) return { inverseTemperature: 0 }
  if (slope(logits, quality, high) <= 0) return { inverseTemperature: MOST }
  for (let middle = (low + high) / 2; middle > low && middle < high; middle = (low + high) / 2) {
    if (slope(logits, quality, middle) < 0) low = middle
    else high = middle
  }
  return { inverseTemperature: (low + high) / 2 }
}

/** Temperature scaling. Scores are probabilities. */
export const temperature: Calibrator<TemperatureFit> = {
  domain: 'probability',
  fit: fitTemperature,
  predict: ({ inverseTemperature }, score) => sigmoid(inverseTemperature * logit(score))
}
