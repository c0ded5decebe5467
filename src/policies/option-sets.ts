/** Conformal sets of options with the settings of a policy. */
import { nonconformity, optionsWithin, SET_METHODS, type SetMethod } from '../math/prediction-sets.js'
import { oneOf, type ObjectiveSettings } from './fit.js'

/** How a policy of the objective `sets` scores options and when it accepts. */
export interface SetRules {
  readonly method: SetMethod
  readonly lambda: number
  readonly kReg: number
  readonly randomized: boolean
  /** Options in the largest set that is accepted. */
  readonly largest: number
}

/** The settings of a request, with defaults. Throws QUALM_ERR_VALIDATION for a method that does not exist. */
export function setSettings(settings: ObjectiveSettings): SetRules {
  return {
    method: oneOf('method', settings.method, SET_METHODS),
    lambda: settings.lambda ?? 0.01,
    kReg: settings.k_reg ?? 1,
    randomized: settings.randomized ?? false,
    largest: settings.largest_set ?? 1
  }
}

/** Scores of all options of a question; higher fits worse. `u` in [0, 1) is used by randomised APS and RAPS alone. */
export function optionScores(
  probabilities: readonly number[],
  { method, lambda, kReg, randomized }: SetRules,
  u: number
): readonly number[] {
  return nonconformity(probabilities, { method, lambda, kReg, u: randomized ? u : 0 })
}

/** Places of the options whose score is within the threshold, ascending. */
export function membersOf(scores: readonly number[], threshold: number): readonly number[] {
  return optionsWithin(scores, threshold)
}
