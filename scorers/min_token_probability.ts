import { defineScorer, Unscorable } from '../src/scorer.js'
import { clampLogprob } from '../src/math/logprob.js'
import { countedTokens, END_OPTION, tokenWarnings, type EndRule } from '../src/math/sequence.js'

/**
 * Probability of the answer's least probable token, −ln of it being the largest token NLL. Finds the one word an answer
 * hangs on; an unusual but harmless word looks just the same.
 */
export default defineScorer({
  name: 'min_token_probability',
  summary: 'Probability of the least probable token of the answer.',
  reference: 'Manakul et al. 2023, arXiv 2303.08896 (grey-box baselines)',
  needs: ['answer.logprobs'],
  unit: 'probability',
  range: [0, 1],
  direction: 'higher_is_more_certain',
  cost: { generations: 1, entailment_pairs: 0 },
  options: { type: 'object', additionalProperties: false, properties: { include_eos: END_OPTION } },
  score(evidence, options) {
    const answer = evidence['answer.logprobs']
    const { tokens, endIncluded } = countedTokens(answer.tokens, answer.finishReason, options.include_eos as EndRule)
    if (tokens.length === 0) throw new Unscorable('empty_answer', 'The answer has no tokens to score.')
    const weakest = tokens.reduce((low, token) => (token.logprob < low.logprob ? token : low))
    const logprob = clampLogprob(weakest.logprob)
    return {
      value: Math.exp(logprob),
      detail: {
        token: weakest.text,
        end_token: weakest.end,
        index: tokens.indexOf(weakest),
        max_nll: 0 - logprob,
        tokens: tokens.length,
        eos_included: endIncluded
      },
      warnings: tokenWarnings(answer, tokens)
    }
  }
})
