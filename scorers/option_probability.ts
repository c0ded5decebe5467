import { defineScorer, Unscorable, type OptionMasses } from '../src/scorer.js'
import {
  argmax,
  DEBIAS_OPTION,
  LABELS,
  margin,
  NO_MASS,
  optionDetails,
  optionsParameters,
  placeBias,
  summariseOptions,
  type OptionSummary
} from '../src/math/choices.js'
import { optionWarnings } from '../src/math/flat-but-stable.js'
import { matchOption, NOT_AN_OPTION, type NamedOption } from '../src/math/choices-answer.js'
import { nonconformity, predictionSet, SET_METHODS, type SetMethod } from '../src/math/prediction-sets.js'

/** The option under test: the one that the supplied answer means, else the most probable one. */
function optionUnderTest({ choices, answer }: OptionMasses, { probabilities }: OptionSummary) {
  if (answer === null) return { index: argmax(probabilities), by: 'argmax' } as const
  const named: NamedOption | null = matchOption(answer, choices)
  if (named === null) throw new Unscorable(...NOT_AN_OPTION)
  return named
}

/** The conformal set, with every option's score: the right option's is what calibration collects. */
function setDetail(probabilities: readonly number[], options: Readonly<Record<string, unknown>>) {
  const method = options.set as SetMethod | 'none'
  if (method === 'none') return {}
  const scores = nonconformity(probabilities, { method })
  const calibration = options.calibration as readonly number[]
  const { options: members, quantile } = predictionSet(scores, calibration, options.alpha as number)
  const labels = members.map((option) => LABELS[option]!)
  return {
    set: { method, labels, scores, quantile: Number.isFinite(quantile) ? quantile : null, n: calibration.length }
  }
}

/**
 * π of the answer's option: its label's share of the next-token mass of all labels, averaged over orders of the options
 * so that no place is favoured. The option is the one that the supplied answer means, else the most probable. Misleads
 * where the model names hardly any label (`mass`), and with small models, which know places better than options.
 */
export default defineScorer({
  name: 'option_probability',
  summary: 'Probability of the chosen option of a multiple-choice question, whatever place it stands in.',
  reference: 'Cruz et al. 2024, arXiv 2407.14614; Zheng et al. 2024, arXiv 2309.03882',
  needs: ['options'],
  unit: 'probability',
  range: [0, 1],
  direction: 'higher_is_more_certain',
  cost: { generations: 0, entailment_pairs: 0, readings: 4 },
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      debias: DEBIAS_OPTION,
      set: {
        type: 'string',
        enum: ['none', ...SET_METHODS],
        default: 'none',
        description: 'Also tell the conformal set of options; `scores` of right options are what `calibration` takes.'
      },
      calibration: {
        type: 'array',
        items: { type: 'number' },
        maxItems: 100_000,
        default: [],
        description: 'Scores of the right options of calibration questions; too few for `alpha` give the set of all.'
      },
      alpha: {
        type: 'number',
        exclusiveMinimum: 0,
        exclusiveMaximum: 1,
        default: 0.1,
        description: 'Tolerated share of sets without the right option.'
      }
    }
  },
  parameters: optionsParameters,
  score({ options: evidence }, options) {
    const summary = summariseOptions(evidence)
    if (summary === null) throw new Unscorable(...NO_MASS)
    const { probabilities, byPlace, mass } = summary
    const { index, by } = optionUnderTest(evidence, summary)
    const balanced = evidence.orders.length > 1
    return {
      value: probabilities[index]!,
      detail: {
        option: LABELS[index],
        chosen_by: by,
        options: optionDetails(evidence, summary),
        margin: margin(probabilities),
        mass,
        orders: evidence.orders.length,
        place_bias: balanced ? placeBias(byPlace) : null,
        by_place: balanced ? byPlace : null,
        ...setDetail(probabilities, options)
      },
      warnings: optionWarnings(evidence, summary)
    }
  }
})
