import { defineScorer, Unscorable, type Token } from '../src/scorer.js'
import { clampLogprob } from '../src/math/logprob.js'
import { countedTokens, END_OPTION, tokenWarnings, type EndRule } from '../src/math/sequence.js'
import { AVERAGE_OPTION, meanOverSentences } from '../src/math/token-sentences.js'

function leastProbable(tokens: readonly Token[]): Token {
  return tokens.reduce((low, token) => (token.logprob < low.logprob ? token : low))
}

/**
 * Largest negative log-likelihood of a token, max −ln p. It is −ln of the least token probability; the largest token
 * probability, which some call "max probability" too, says nothing, as some token is always certain.
 */
export default defineScorer({
  name: 'max_nll',
  summary: 'Negative log-likelihood of the least probable token of the answer.',
  reference: 'Manakul et al. 2023, arXiv 2303.08896; Huang et al. 2023, arXiv 2307.10236',
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
    const { tokens, endIncluded } = countedTokens(answer.tokens, answer.finishReason, options.include_eos as EndRule)
    if (tokens.length === 0) throw new Unscorable('empty_answer', 'The answer has no tokens to score.')
    const weakest = leastProbable(tokens)
    const logprob = clampLogprob(weakest.logprob)
    const parts =
      options.average === 'sentences'
        ? meanOverSentences(tokens, (sentence) => 0 - clampLogprob(leastProbable(sentence).logprob))
        : null
    return {
      value: parts?.value ?? 0 - logprob,
      detail: {
        ...(parts === null ? {} : { sentences: parts.sentences }),
        token: weakest.text,
        end_token: weakest.end,
        index: tokens.indexOf(weakest),
        probability: Math.exp(logprob),
        tokens: tokens.length,
        eos_included: endIncluded
      },
      warnings: tokenWarnings(answer, tokens)
    }
  }
})
