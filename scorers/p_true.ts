import { defineScorer, Unscorable } from '../src/scorer.js'
import { mean } from '../src/math/logprob.js'
import { massWarnings, meanShares, orderGap } from '../src/math/option-readings.js'

/**
 * P(True): 1 − a / (a + b), a and b the next-token probabilities of “true” and “false” after the question whether the
 * answer is true; the mean over both orders of the options. formulas.md §2.4. lm-polygraph reports −ln a and jlko's code
 * 1 − ln a, neither of them a probability. The embedded model of 135 M parameters answers little better than chance.
 */
export default defineScorer({
  name: 'p_true',
  summary: 'The probability with which the model, asked whether the answer is true, says that it is false.',
  reference: 'Kadavath et al. 2022, arXiv 2207.05221',
  needs: ['p_true'],
  unit: 'probability',
  range: [0, 1],
  direction: 'higher_is_more_uncertain',
  cost: { generations: 1, entailment_pairs: 0, readings: 2 },
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      brainstorm: {
        type: 'boolean',
        default: false,
        description: 'Show the model up to 10 different sampled answers before it judges this one.'
      }
    }
  },
  parameters: (options) => ({ p_true: { brainstorm: options.brainstorm === true } }),
  score(evidence) {
    const { readings, ideas } = evidence.p_true
    const masses = readings.map((reading) => [reading.true, reading.false])
    const shares = meanShares(masses)
    if (shares === null) {
      throw new Unscorable('no_option_mass', 'The model gives neither “true” nor “false” any probability.')
    }
    return {
      value: shares[1]!,
      detail: {
        true_mass: mean(readings.map((reading) => reading.true)),
        false_mass: mean(readings.map((reading) => reading.false)),
        order_gap: orderGap(masses, 0),
        readings,
        ideas
      },
      warnings: massWarnings(masses)
    }
  }
})
