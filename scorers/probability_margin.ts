import { defineScorer, Unscorable, type Token } from '../src/scorer.js'
import { mean } from '../src/math/logprob.js'
import { countedTokens, END_OPTION, tokenWarnings, type EndRule } from '../src/math/sequence.js'

/** Below this share of positions with two alternatives, a mean over the rest says too little. */
const LEAST_KNOWN_SHARE = 0.9

/** p₁ − p₂ in [0, 1]; null when fewer than two alternatives are known. */
function marginOf({ alternatives }: Token): number | null {
  const [first, second] = alternatives.map(({ logprob }) => logprob).sort((a, b) => b - a)
  return first === undefined || second === undefined ? null : Math.min(1, Math.exp(first) - Math.exp(second))
}

/**
 * Mean gap between the two most probable tokens at each position, (1/L) Σ (p₁ − p₂). Two spellings of one word look like
 * doubt. Positions with fewer than two alternatives are skipped, as in UQLM, but no more than one in ten.
 */
export default defineScorer({
  name: 'probability_margin',
  summary: 'Mean difference between the probabilities of the two most probable tokens.',
  reference:
    'Scheffer et al. 2001, doi 10.1007/3-540-44816-0_31 (margin sampling); Bouchard and Chauhan 2025, arXiv 2504.19254',
  needs: ['answer.top_two'],
  unit: 'probability',
  range: [0, 1],
  direction: 'higher_is_more_certain',
  cost: { generations: 1, entailment_pairs: 0 },
  options: { type: 'object', additionalProperties: false, properties: { include_eos: END_OPTION } },
  score(evidence, options) {
    const answer = evidence['answer.top_two']
    const { tokens, endIncluded } = countedTokens(answer.tokens, answer.finishReason, options.include_eos as EndRule)
    if (tokens.length === 0) throw new Unscorable('empty_answer', 'The answer has no tokens to score.')
    const margins = tokens.map(marginOf).filter((margin) => margin !== null)
    if (margins.length < LEAST_KNOWN_SHARE * tokens.length) {
      const message = 'Too few tokens have two alternatives: supply log-probabilities with `top_logprobs` of 2 or more.'
      throw new Unscorable('needs_top_logprobs', message)
    }
    return {
      value: mean(margins),
      detail: {
        least: margins.reduce((a, b) => Math.min(a, b), 1),
        tokens: margins.length,
        skipped: tokens.length - margins.length,
        eos_included: endIncluded
      },
      warnings: tokenWarnings(answer, tokens)
    }
  }
})
