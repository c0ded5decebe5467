import { defineScorer, Unscorable } from '../src/scorer.js'
import { countedTokens, END_OPTION, logprobOf, tokenWarnings, type EndRule } from '../src/math/sequence.js'

/**
 * exp of the mean token NLL: the number of equally likely tokens the model chose among, on average. Independent of
 * length, but one bad token disappears in a long answer.
 */
export default defineScorer({
  name: 'perplexity',
  summary: 'Perplexity of the answer: exp of its mean token NLL, 1 when every token was certain.',
  reference: 'Jelinek et al. 1977, doi 10.1121/1.2016299',
  needs: ['answer.logprobs'],
  unit: 'ratio',
  range: [1, null],
  direction: 'higher_is_more_uncertain',
  cost: { generations: 1, entailment_pairs: 0 },
  options: { type: 'object', additionalProperties: false, properties: { include_eos: END_OPTION } },
  score(evidence, options) {
    const answer = evidence['answer.logprobs']
    const counted = countedTokens(answer.tokens, answer.finishReason, options.include_eos as EndRule)
    const logprob = logprobOf(counted.tokens)
    if (logprob === null) throw new Unscorable('empty_answer', 'The answer has no tokens to score.')
    return {
      value: Math.exp(-logprob.mean),
      detail: { tokens: logprob.tokens, mean_nll: 0 - logprob.mean, eos_included: counted.endIncluded },
      warnings: tokenWarnings(answer, counted.tokens)
    }
  }
})
