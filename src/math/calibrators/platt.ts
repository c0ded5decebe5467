/** Platt scaling with Platt's smoothed targets and no other regularisation (formulas.md §8, §18). */
import { fitLogistic, sigmoid } from '../logistic.js'
import type { Calibrator, LabelledScores } from './calibrator.js'

/** κ = σ(slope · (score − centre) / scale + intercept); the slope is never negative. */
export interface PlattFit {
  readonly slope: number
  readonly intercept: number
  readonly centre: number
  readonly scale: number
}

/** Targets that keep a separable set from driving the slope to infinity; grades blend the two. */
export function smoothedTargets(quality: readonly number[]): number[] {
  const right = quality.reduce((sum, each) => sum + each, 0)
  const high = (right + 1) / (right + 2)
  const low = 1 / (quality.length - right + 2)
  return quality.map((each) => each * high + (1 - each) * low)
}

/** Mean and standard deviation (1 when it is 0): Newton's method likes features of one size. */
function standardisation(scores: readonly number[]): { readonly centre: number; readonly scale: number } {
  const centre = scores.reduce((sum, each) => sum + each, 0) / scores.length
  const variance = scores.reduce((sum, each) => sum + (each - centre) ** 2, 0) / scores.length
  return { centre, scale: variance > 0 ? Math.sqrt(variance) : 1 }
}

function fitPlatt({ scores, quality }: LabelledScores): PlattFit {
  const targets = smoothedTargets(quality)
  const { centre, scale } = standardisation(scores)
  const fitted = fitLogistic(
    scores.map((score) => [(score - centre) / scale]),
    targets,
    0
  )
  const slope = fitted.weights[0]!
  // A falling map would call the uncertain certain: without evidence for a rise, every answer gets the base rate.
  if (slope > 0) return { slope, intercept: fitted.intercept, centre, scale }
  const flat = fitLogistic(
    scores.map(() => []),
    targets,
    0
  )
  return { slope: 0, intercept: flat.intercept, centre, scale }
}

/** Platt scaling. */
export const platt: Calibrator<PlattFit> = {
  domain: 'any',
  fit: fitPlatt,
  predict: ({ slope, intercept, centre, scale }, score) => sigmoid((slope * (score - centre)) / scale + intercept)
}
