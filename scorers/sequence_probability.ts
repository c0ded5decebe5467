import { defineScorer, Unscorable } from '../src/scorer.js'
import { countedTokens, END_OPTION, logprobOf, tokenWarnings, type EndRule } from '../src/math/sequence.js'

/**
 * Probability of the whole answer, exp Σ ln p(token), or with `normalized` the geometric mean per token, exp of the mean.
 * The plain form falls with every token, so compare answers of one length; UQLM's score of this name is the other one.
 */
export default defineScorer({
  name: 'sequence_probability',
  summary: 'Probability that the model gives to the answer as a whole, or per token.',
  reference: 'Aichberger et al. 2024, arXiv 2412.15176 (zero-one score); Malinin and Gales 2021, arXiv 2002.07650',
  needs: ['answer.logprobs'],
  unit: 'probability',
  range: [0, 1],
  direction: 'higher_is_more_certain',
  cost: { generations: 1, entailment_pairs: 0 },
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      normalized: {
        type: 'boolean',
        default: false,
        description: 'Take the geometric mean per token in place of the product, so that length does not count.'
      },
      include_eos: END_OPTION
    }
  },
  score(evidence, options) {
    const answer = evidence['answer.logprobs']
    const counted = countedTokens(answer.tokens, answer.finishReason, options.include_eos as EndRule)
    const logprob = logprobOf(counted.tokens)
    if (logprob === null) throw new Unscorable('empty_answer', 'The answer has no tokens to score.')
    const [product, perToken] = [Math.exp(logprob.sum), Math.exp(logprob.mean)]
    return {
      value: options.normalized === true ? perToken : product,
      detail: {
        product,
        per_token: perToken,
        logprob: logprob.sum,
        tokens: logprob.tokens,
        eos_included: counted.endIncluded
      },
      warnings: tokenWarnings(answer, counted.tokens)
    }
  }
})
