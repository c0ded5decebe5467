import { defineScorer, Unscorable } from '../src/scorer.js'
import { mean } from '../src/math/logprob.js'
import { massWarnings, meanShares, orderGap } from '../src/math/option-readings.js'

/**
 * P(better if restarted): P(yes) / (P(yes) + P(no)) for the question whether starting over would give a better answer,
 * the mean over both orders of the options. formulas.md §13.2. The paper trains the model to answer it; asked of a model
 * that was not, the number has no scale of its own: rank with it, and calibrate before use.
 */
export default defineScorer({
  name: 'p_better',
  summary: 'The probability with which the model says that it would answer better if it started over.',
  reference: 'Manvi et al. 2024, arXiv 2410.02725',
  needs: ['p_better'],
  unit: 'probability',
  range: [0, 1],
  direction: 'higher_is_more_uncertain',
  cost: { generations: 1, entailment_pairs: 0, readings: 2 },
  score(evidence) {
    const { readings } = evidence.p_better
    const masses = readings.map(({ yes, no }) => [yes, no])
    const shares = meanShares(masses)
    if (shares === null) {
      throw new Unscorable('no_option_mass', 'The model gives neither “yes” nor “no” any probability.')
    }
    return {
      value: shares[0]!,
      detail: {
        yes_mass: mean(readings.map(({ yes }) => yes)),
        no_mass: mean(readings.map(({ no }) => no)),
        order_gap: orderGap(masses, 0),
        readings
      },
      warnings: massWarnings(masses)
    }
  }
})
