import { defineScorer, Unscorable } from '../src/scorer.js'

/**
 * The probability of being right that the model states of its own answer, or that the caller passes on. Models state
 * round, high numbers: rank with it, and calibrate before reading it as a probability.
 */
export default defineScorer({
  name: 'verbalized_confidence',
  summary: 'The confidence that the model states in words or figures about its own answer.',
  reference: 'Tian et al. 2023, arXiv 2305.14975; Xiong et al. 2024, arXiv 2306.13063',
  needs: ['verbalized'],
  unit: 'probability',
  range: [0, 1],
  direction: 'higher_is_more_certain',
  cost: { generations: 1, entailment_pairs: 0 },
  score({ verbalized }) {
    const { confidence, reply, source } = verbalized
    if (confidence === null) {
      throw new Unscorable('not_stated', 'The model was asked for its confidence and its reply states none.')
    }
    return { value: confidence, detail: { source, reply } }
  }
})
