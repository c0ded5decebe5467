import { defineScorer, Unscorable, type TruthReading, type Warning } from '../src/scorer.js'
import { mean } from '../src/math/logprob.js'

/** Below this mass on the two options the model wanted to say something else. */
const LOW_MASS = 0.1

const LOW_MASS_WARNING: Warning = {
  code: 'low_option_mass',
  message: 'The model gives “true” and “false” together less than 0.1: it did not take up the question.'
}

const massOf = (reading: TruthReading): number => reading.true + reading.false
const truthOf = (reading: TruthReading): number => reading.true / massOf(reading)

/**
 * P(True): 1 − a / (a + b), a and b the next-token probabilities of “true” and “false” after the question whether the
 * answer is true; the mean over both orders of the options. formulas.md §2.4. lm-polygraph reports −ln a and jlko's code
 * 1 − ln a, neither of them a probability. Models of a few hundred million parameters answer little better than chance.
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
    if (readings.length === 0 || readings.some((reading) => massOf(reading) === 0)) {
      throw new Unscorable('no_option_mass', 'The model gives neither “true” nor “false” any probability.')
    }
    const truths = readings.map(truthOf)
    return {
      value: mean(truths.map((truth) => 1 - truth)),
      detail: {
        true_mass: mean(readings.map((reading) => reading.true)),
        false_mass: mean(readings.map((reading) => reading.false)),
        order_gap: Math.max(...truths) - Math.min(...truths),
        readings,
        ideas
      },
      warnings: readings.some((reading) => massOf(reading) < LOW_MASS) ? [LOW_MASS_WARNING] : []
    }
  }
})
