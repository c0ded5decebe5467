import { defineScorer, Unscorable, type SelfEvaluation, type Warning } from '../src/scorer.js'
import { massWarnings, meanShares } from '../src/math/option-readings.js'

const SINGLE_WARNING: Warning = {
  code: 'single_option',
  message: 'All samples say what the answer says, so the model was not asked: with one option its share is 1.'
}

/** Share of every option; a single one has it all. */
function sharesOf({ options, readings }: SelfEvaluation): readonly number[] {
  const shares = options.length === 1 ? [1] : meanShares(readings)
  if (shares === null) throw new Unscorable('no_option_mass', 'The model gives none of the options any probability.')
  return shares
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
    const shares = sharesOf(evaluation)
    const value = shares[options.findIndex((option) => option.holdsAnswer)]
    if (value === undefined) throw new Unscorable('answer_not_included', 'The answer is not among the options.')
    return {
      value,
      detail: {
        options: options.map(({ text, share, holdsAnswer }, i) => ({
          text,
          share,
          holds_answer: holdsAnswer,
          probability: shares[i]!
        })),
        orders: readings.length,
        left_out: leftOut
      },
      warnings: [...(options.length === 1 ? [SINGLE_WARNING] : []), ...massWarnings(readings)]
    }
  }
})
