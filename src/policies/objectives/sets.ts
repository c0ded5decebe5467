import { SET_METHODS } from '../../math/prediction-sets.js'
import { badSetting, oneOf, type FitExample, type FitObjective, type OptionsExample } from '../fit.js'
import { membersOf, optionScores, setSettings } from '../option-sets.js'
import { coverage } from './coverage.js'

const optionsOf = ({ options }: FitExample): OptionsExample => {
  if (options === undefined) throw badSetting('kind', 'sets needs examples with `right` and the options of a question')
  return options
}

/**
 * The set of options holds the right one with probability ≥ 1 − target: the conformal quantile of the scores of right
 * options. An answer is accepted when its set has at most `largest_set` options and the answer is one of them.
 */
export const sets: FitObjective = ({ examples, target, level, settings = {} }) => {
  const method = oneOf('method', settings.method, SET_METHODS)
  const rules = setSettings(settings)
  const scoreOfRight = ({ probabilities, right, u }: OptionsExample) => optionScores(probabilities, rules, u)[right]!
  const scores = examples.map((example) => scoreOfRight(optionsOf(example)))
  const right = scores.map((uncertainty) => ({ uncertainty, loss: 0 }))
  const fit = coverage({ examples: right, target, level })
  return {
    ...fit,
    terms: { score: method },
    calibration: scores.toSorted((a, b) => a - b),
    accepts: (example) => {
      const { probabilities, u } = optionsOf(example)
      const { length } = membersOf(optionScores(probabilities, rules, u), fit.threshold)
      return length > 0 && length <= rules.largest
    }
  }
}
