import { defineScorer, Unscorable, type Token } from '../src/scorer.js'
import { countedTokens, END_OPTION, logprobOf, tokenWarnings, type EndRule } from '../src/math/sequence.js'
import { AVERAGE_OPTION, meanOverSentences } from '../src/math/token-sentences.js'

function meanNllOf(tokens: readonly Token[]): number | null {
  const logprob = logprobOf(tokens)
  return logprob === null ? null : 0 - logprob.mean
}

/**
 * Mean negative log-likelihood per token, −(1/L) Σ ln p; the logarithm of the perplexity. lm-polygraph calls this value
 * "Perplexity". Independent of length, but one bad token disappears in a long answer.
 */
export default defineScorer({
  name: 'mean_nll',
  summary: 'Mean negative log-likelihood per token of the answer.',
  reference: 'Fomicheva et al. 2020, arXiv 2005.10608',
  needs: ['answer.logprobs'],
  unit: 'nats',
  range: [0, null],
  direction: 'higher_is_more_uncertain',
  cost: { generations: 1, entailment_pairs: 0 },
  options: {
    type: 'object',
    additionalProperties: false,
    properties: { include_eos: END_OPTION, average: AVERAGE_OPTION }
  },
  score(evidence, options) {
    const answer = evidence['answer.logprobs']
    const counted = countedTokens(answer.tokens, answer.finishReason, options.include_eos as EndRule)
    const logprob = logprobOf(counted.tokens)
    if (logprob === null) throw new Unscorable('empty_answer', 'The answer has no tokens to score.')
    const parts = options.average === 'sentences' ? meanOverSentences(counted.tokens, meanNllOf) : null
    return {
      value: parts?.value ?? 0 - logprob.mean,
      detail: {
        ...(parts === null ? {} : { sentences: parts.sentences }),
        tokens: logprob.tokens,
        sum: 0 - logprob.sum,
        perplexity: Math.exp(-logprob.mean),
        eos_included: counted.endIncluded
      },
      warnings: tokenWarnings(answer, counted.tokens)
    }
  }
})
