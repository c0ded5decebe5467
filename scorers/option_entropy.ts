import { defineScorer, Unscorable } from '../src/scorer.js'
import { DEBIAS_OPTION, NO_MASS, optionDetails, optionsParameters, summariseOptions } from '../src/math/choices.js'
import { optionWarnings } from '../src/math/flat-but-stable.js'
import { entropy } from '../src/math/entropy.js'

/**
 * Entropy of π over the options, averaged over their orders; 0 when one option has it all, ln K when all are equal.
 * It says how open the question is to the model, not whether a given answer is right. Averaging keeps what the orders
 * disagree about, so a model that only knows places is as uncertain as one that knows nothing.
 */
export default defineScorer({
  name: 'option_entropy',
  summary: 'Entropy over the options of a multiple-choice question, whatever places they stand in.',
  reference: 'Cruz et al. 2024, arXiv 2407.14614; Kadavath et al. 2022, arXiv 2207.05221',
  needs: ['options'],
  unit: 'nats',
  range: [0, null],
  direction: 'higher_is_more_uncertain',
  cost: { generations: 0, entailment_pairs: 0, readings: 4 },
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      debias: DEBIAS_OPTION,
      normalized: {
        type: 'boolean',
        default: false,
        description: 'Divide by ln K, so that questions of different numbers of options compare; range [0, 1].'
      }
    }
  },
  parameters: optionsParameters,
  score({ options: evidence }, options) {
    const summary = summariseOptions(evidence)
    if (summary === null) throw new Unscorable(...NO_MASS)
    const most = Math.log(evidence.choices.length)
    const nats = Math.min(most, entropy(summary.probabilities))
    return {
      value: options.normalized === true ? nats / most : nats,
      range: [0, options.normalized === true ? 1 : most],
      detail: {
        entropy: nats,
        normalized: nats / most,
        options: optionDetails(evidence, summary),
        mass: summary.mass,
        orders: evidence.orders.length
      },
      warnings: optionWarnings(evidence, summary)
    }
  }
})
