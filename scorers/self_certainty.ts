import { defineScorer, Unscorable } from '../src/scorer.js'
import { summariseDistributions } from '../src/math/described.js'
import { uniformDivergence } from '../src/math/distribution.js'
import { END_OPTION, tokenWarnings, type EndRule } from '../src/math/sequence.js'

/**
 * Minus the self-certainty, −(1/L) Σ KL(uniform‖p) = (1/L) Σ ((1/V) Σ ln p + ln V): an uncertainty, as the other scores of
 * distributions are. The tail of the vocabulary decides it, so top-k alternatives cannot replace the whole, and values of
 * models with different vocabularies cannot be compared. V counts the entries with a finite log-probability.
 */
export default defineScorer({
  name: 'self_certainty',
  summary: 'Minus the self-certainty: how near the next-token distributions are to uniform, by their tails.',
  reference: 'Kang et al. 2025, arXiv 2502.18581',
  needs: ['answer.distributions'],
  unit: 'nats',
  range: [null, 0],
  direction: 'higher_is_more_uncertain',
  cost: { generations: 1, entailment_pairs: 0 },
  options: { type: 'object', additionalProperties: false, properties: { include_eos: END_OPTION } },
  score(evidence, options) {
    const answer = evidence['answer.distributions']
    const { mean, least, most, counted } = summariseDistributions(
      answer,
      options.include_eos as EndRule,
      uniformDivergence
    )
    if (mean === null) throw new Unscorable('empty_answer', 'The answer has no tokens to score.')
    return {
      value: 0 - mean,
      detail: {
        self_certainty: mean,
        least_certainty: least,
        largest_certainty: most,
        tokens: counted.tokens.length,
        eos_included: counted.endIncluded
      },
      warnings: tokenWarnings(answer, counted.tokens)
    }
  }
})
