import { defineScorer, Unscorable, type SelfEvaluation, type Warning } from '../src/scorer.js'
import { mean, sum } from '../src/math/logprob.js'

/** Below this mass on all letters together the model wanted to say something else. */
const LOW_MASS = 0.1

const LOW_MASS_WARNING: Warning = {
  code: 'low_option_mass',
  message: 'The model gives the letters of the options together less than 0.1: it did not take up the question.'
}
const SINGLE_WARNING: Warning = {
  code: 'single_option',
  message: 'All samples say what the answer says, so the model was not asked: with one option its share is 1.'
}

/** Probability of every option: rescaled within each order of the list, then the mean over the orders. */
function probabilities({ options, readings }: SelfEvaluation): readonly number[] {
  if (options.length === 1) return [1]
  const masses = readings.map(sum)
  if (masses.length === 0 || masses.some((mass) => mass === 0)) {
    throw new Unscorable('no_option_mass', 'The model gives none of the options any probability.')
  }
  return options.map((_, option) => mean(readings.map((reading, order) => reading[option]! / masses[order]!)))
}

/**
 * Self-evaluation: the probability with which the model, shown the different answers that it gave, picks the meaning of
 * the answer under test as the best. Letters carry a bias of their own; every answer stands once at every letter, which
 * cancels it. When all samples mean the same, the value is 1 by agreement alone.
 */
export default defineScorer({
  name: 'self_evaluation',
  summary: 'The probability with which the model, shown its different answers, calls the answer the best of them.',
  reference: 'Kadavath et al. 2022, arXiv 2207.05221; Ren et al. 2023, arXiv 2312.09300',
  needs: ['self_evaluation'],
  unit: 'probability',
  range: [0, 1],
  direction: 'higher_is_more_certain',
  cost: { generations: 11, entailment_pairs: 110, readings: 8 },
  parameters: () => ({ samples: { includeAnswer: true } }),
  score({ self_evaluation: evaluation }) {
    const { options, readings, samples, leftOut } = evaluation
    if (samples < 2) throw new Unscorable('needs_two_samples', 'The model chooses among at least two samples.')
    const chances = probabilities(evaluation)
    const value = chances[options.findIndex((option) => option.holdsAnswer)]
    if (value === undefined) throw new Unscorable('answer_not_included', 'The answer is not among the options.')
    const low = readings.some((reading) => sum(reading) < LOW_MASS)
    return {
      value,
      detail: {
        options: options.map(({ text, share, holdsAnswer }, i) => ({
          text,
          share,
          holds_answer: holdsAnswer,
          probability: chances[i]!
        })),
        orders: readings.length,
        left_out: leftOut
      },
      warnings: [...(options.length === 1 ? [SINGLE_WARNING] : []), ...(low ? [LOW_MASS_WARNING] : [])]
    }
  }
})
