import { defineScorer, Unscorable } from '../src/scorer.js'
import { summariseDistributions } from '../src/math/described.js'
import { renyiDivergence } from '../src/math/distribution.js'
import { END_OPTION, tokenWarnings, type EndRule } from '../src/math/sequence.js'

const OPTIONS = {
  type: 'object',
  additionalProperties: false,
  properties: {
    alpha: {
      type: 'number',
      enum: [0.5, 1.5, 2, 3],
      default: 0.5,
      description: 'Order of the divergence; lm-polygraph takes 0.5, Todd 1.5.'
    },
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
 * Minus the mean Rényi divergence of the next-token distributions from the uniform one: −(1/L) Σ (ln V − H_α(q)) with
 * q ∝ p^(1/τ). The divergence grows with certainty, hence the sign. lm-polygraph reports it without the sign, so that it
 * ranks backwards, and shifted by −2 ln V; in Todd the factor 1/(α − 1) is never applied.
 */
export default defineScorer({
  name: 'renyi_divergence',
  summary: 'Minus the mean Rényi divergence of the next-token distributions from the uniform one.',
  reference: 'Darrin et al. 2023, arXiv 2212.09171',
  needs: ['answer.distributions'],
  unit: 'nats',
  range: [null, 0],
  direction: 'higher_is_more_uncertain',
  cost: { generations: 1, entailment_pairs: 0 },
  options: OPTIONS,
  score(evidence, options) {
    const answer = evidence['answer.distributions']
    const { alpha, temperature } = options as { alpha: number; temperature: number }
    const { mean, least, most, counted } = summariseDistributions(
      answer,
      options.include_eos as EndRule,
      (distribution) => renyiDivergence(distribution, alpha, temperature)
    )
    if (mean === null) throw new Unscorable('empty_answer', 'The answer has no tokens to score.')
    return {
      value: 0 - mean,
      detail: {
        mean_divergence: mean,
        least_divergence: least,
        largest_divergence: most,
        tokens: counted.tokens.length,
        eos_included: counted.endIncluded
      },
      warnings: tokenWarnings(answer, counted.tokens)
    }
  }
})
