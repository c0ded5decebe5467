import { defineScorer, Unscorable } from '../src/scorer.js'
import { summariseDistributions } from '../src/math/described.js'
import { END_OPTION, tokenWarnings, type EndRule } from '../src/math/sequence.js'

/**
 * One minus the mean boosted probability: a token that is one of several dominant ones counts with the mass of all of
 * them, so that a choice between good words is no doubt. The dominant ones end at the last large drop in probability.
 */
export default defineScorer({
  name: 'boosted_probability',
  summary: 'One minus the mean token probability, in which dominant alternatives count for each other.',
  reference: 'Dinh and Niehues 2025, arXiv 2502.11115',
  needs: ['answer.distributions'],
  unit: 'probability',
  range: [0, 1],
  direction: 'higher_is_more_uncertain',
  cost: { generations: 1, entailment_pairs: 0 },
  options: { type: 'object', additionalProperties: false, properties: { include_eos: END_OPTION } },
  score(evidence, options) {
    const answer = evidence['answer.distributions']
    const { mean, least, counted } = summariseDistributions(
      answer,
      options.include_eos as EndRule,
      ({ boosted }) => boosted
    )
    if (mean === null) throw new Unscorable('empty_answer', 'The answer has no tokens to score.')
    return {
      value: 1 - mean,
      detail: {
        mean_boosted_probability: mean,
        least_boosted_probability: least,
        tokens: counted.tokens.length,
        eos_included: counted.endIncluded
      },
      warnings: tokenWarnings(answer, counted.tokens)
    }
  }
})
