import { defineScorer, Unscorable } from '../src/scorer.js'
import { summariseDistributions } from '../src/math/described.js'
import { fisherRao } from '../src/math/distribution.js'
import { END_OPTION, tokenWarnings, type EndRule } from '../src/math/sequence.js'

const OPTIONS = {
  type: 'object',
  additionalProperties: false,
  properties: {
    temperature: {
      type: 'number',
      enum: [1, 2],
      default: 2,
      description: 'Temperature that the distribution is brought to before it is compared.'
    },
    include_eos: END_OPTION
  }
} as const

/**
 * One minus the mean Fisher–Rao distance of the next-token distributions to the uniform one, 1 − (1/L) Σ (2/π)·arccos
 * Σ √(q/V) with q ∝ p^(1/τ). The distance grows with certainty, hence the subtraction: lm-polygraph reports the distance
 * itself as uncertainty, so that it ranks backwards, and Todd's is 0 for every distribution.
 */
export default defineScorer({
  name: 'fisher_rao',
  summary: 'One minus the mean Fisher–Rao distance of the next-token distributions to the uniform one.',
  reference: 'Darrin et al. 2023, arXiv 2212.09171',
  needs: ['answer.distributions'],
  unit: 'ratio',
  range: [0, 1],
  direction: 'higher_is_more_uncertain',
  cost: { generations: 1, entailment_pairs: 0 },
  options: OPTIONS,
  score(evidence, options) {
    const answer = evidence['answer.distributions']
    const { mean, least, most, counted } = summariseDistributions(
      answer,
      options.include_eos as EndRule,
      (distribution) => fisherRao(distribution, options.temperature as number)
    )
    if (mean === null) throw new Unscorable('empty_answer', 'The answer has no tokens to score.')
    return {
      value: 1 - mean,
      detail: {
        mean_distance: mean,
        least_distance: least,
        largest_distance: most,
        tokens: counted.tokens.length,
        eos_included: counted.endIncluded
      },
      warnings: tokenWarnings(answer, counted.tokens)
    }
  }
})
