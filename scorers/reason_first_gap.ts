import { defineScorer, Unscorable } from '../src/scorer.js'
import { argmax, LABELS, massWarnings, NO_MASS, shares, summariseOptions } from '../src/math/choices.js'
import { matchOption, NOT_AN_OPTION } from '../src/math/choices-answer.js'
import { mean, sum } from '../src/math/logprob.js'

/**
 * P(option | question, reasoning) − P(option | question), the first averaged over reasonings that the model writes: how
 * far thinking carries it to the option, or away. The option is the one that the supplied answer means, else the most
 * probable without reasoning. Reasoning raises the probability of right options and, even more, of wrong ones, so a
 * gap above 0 is no proof: calibrate it apart from `option_probability`. Places are not balanced: a reasoning names labels.
 */
export default defineScorer({
  name: 'reason_first_gap',
  summary: 'How much more probable the chosen option becomes when the model reasons before it answers.',
  reference: 'Fu et al. 2025, arXiv 2501.09775',
  needs: ['options', 'options.reasoned'],
  unit: 'probability',
  range: [-1, 1],
  direction: 'higher_is_more_certain',
  cost: { generations: 3, entailment_pairs: 0, readings: 4 },
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      reasonings: {
        type: 'integer',
        minimum: 1,
        maximum: 10,
        default: 3,
        description: 'Reasonings that are drawn.'
      }
    }
  },
  parameters: (options) => ({
    options: { debias: 'none' },
    'options.reasoned': { count: options.reasonings as number }
  }),
  score(evidence) {
    const { choices, answer } = evidence.options
    const { readings } = evidence['options.reasoned']
    const direct = summariseOptions(evidence.options)
    const reasoned = readings.map(({ masses }) => shares(masses)).filter((one) => one !== null)
    if (direct === null || readings.length === 0 || reasoned.length < readings.length) throw new Unscorable(...NO_MASS)
    const index = answer === null ? argmax(direct.probabilities) : matchOption(answer, choices)?.index
    if (index === undefined) throw new Unscorable(...NOT_AN_OPTION)
    const marginal = choices.map((_, option) => mean(reasoned.map((one) => one[option]!)))
    const mass = mean(readings.map(({ masses }) => sum(masses)))
    return {
      value: marginal[index]! - direct.probabilities[index]!,
      detail: {
        option: LABELS[index],
        options: choices.map((text, option) => ({
          label: LABELS[option],
          text,
          direct: direct.probabilities[option],
          reasoned: marginal[option]
        })),
        votes: reasoned.filter((one) => argmax(one) === index).length / reasoned.length,
        reasonings: readings.map(({ reasoning }) => reasoning),
        mass: { direct: direct.mass, reasoned: mass }
      },
      warnings: massWarnings(Math.min(direct.mass, mass))
    }
  }
})
