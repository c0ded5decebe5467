import { defineScorer, Unscorable, type AlternativeUnit } from '../src/scorer.js'
import { claimTokens } from '../src/math/claim-conditioned.js'
import { sum } from '../src/math/logprob.js'
import { tokenWarnings } from '../src/math/sequence.js'

/**
 * Claim-conditioned probability: 1 − Π_t CCP_t, where CCP_t is the probability of the word that was written and of what
 * entails it, among these and what contradicts it. Unlike an NLL it forgives synonyms and other topics. Function words
 * are left out as in the paper; lm-polygraph keeps them in its score of a whole answer, and returns −Π_t. Alternatives
 * are pieces of words, so they are completed by the word so far (`compare`). Bare words mean little to an entailment
 * model: it takes most different words for contradictions. English function words only.
 */
export default defineScorer({
  name: 'ccp',
  summary: 'How likely another wording with another meaning was, token by token over the answer.',
  reference: 'Fadeeva et al. 2024, arXiv 2403.04696',
  needs: ['answer.logprobs', 'answer.alternatives'],
  unit: 'probability',
  range: [0, 1],
  direction: 'higher_is_more_uncertain',
  cost: { generations: 1, entailment_pairs: 432 },
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      skip_function_words: { type: 'boolean', default: true, description: 'Leave out words such as "the" and "of".' },
      compare: {
        type: 'string',
        enum: ['word', 'token'],
        default: 'word',
        description: 'word: the whole word with the word so far plus the alternative; token: the bare tokens.'
      },
      with_prefix: {
        type: 'boolean',
        default: false,
        description: "Put the answer's text so far before both sides of a comparison."
      }
    }
  },
  parameters: (options) => ({
    'answer.alternatives': {
      unit: options.compare as AlternativeUnit,
      inContext: options.with_prefix === true,
      skipFunctionWords: options.skip_function_words === true
    }
  }),
  score(evidence) {
    const answer = evidence['answer.logprobs']
    const alternatives = evidence['answer.alternatives']
    if (answer.tokens.every(({ end }) => end))
      throw new Unscorable('empty_answer', 'The answer has no tokens to score.')
    const claimed = claimTokens(answer.tokens, alternatives)
    if (claimed.length === 0) {
      throw new Unscorable('no_claim_words', 'No token of the answer carries a word that could state something.')
    }
    const logCcp = sum(claimed.map(({ logprob }) => logprob))
    const weakest = claimed.reduce((low, one) => (one.logprob < low.logprob ? one : low))
    return {
      value: 0 - Math.expm1(logCcp),
      detail: {
        ccp: Math.exp(logCcp),
        log_ccp: logCcp,
        tokens: claimed.length,
        function_words: alternatives.filter(({ omitted }) => omitted === 'function_word').length,
        weakest: { word: weakest.word, index: weakest.index, ccp: Math.exp(weakest.logprob) }
      },
      warnings: tokenWarnings(
        answer,
        claimed.map(({ index }) => answer.tokens[index]!)
      )
    }
  }
})
