import { defineScorer, Unscorable, type ScoredAnswer, type Warning } from '../src/scorer.js'
import { countedTokens, END_OPTION, logprobOf, tokenWarnings, type EndRule } from '../src/math/sequence.js'

function greedyWarnings(answer: ScoredAnswer): readonly Warning[] {
  if (answer.greedy === true) return []
  const message =
    answer.greedy === false
      ? 'The answer was not decoded greedily: the value is the NLL of this sequence, not G-NLL.'
      : 'It is not known whether the answer was decoded greedily: read the value as the NLL of this sequence.'
  return [{ code: 'not_greedy', message }]
}

/**
 * G-NLL: −Σ ln p(token) over the greedy answer, its end token included when known; −ln of the most probable answer's
 * probability. Grows with length, so compare answers of one kind. Misleads when many phrasings are equally right.
 */
export default defineScorer({
  name: 'g_nll',
  summary: 'Negative log-likelihood of the greedy answer: how improbable its most probable wording is.',
  reference: 'Aichberger et al. 2024, arXiv 2412.15176',
  needs: ['answer.logprobs'],
  unit: 'nats',
  range: [0, null],
  direction: 'higher_is_more_uncertain',
  cost: { generations: 1, entailment_pairs: 0 },
  options: { type: 'object', additionalProperties: false, properties: { include_eos: END_OPTION } },
  score(evidence, options) {
    const answer = evidence['answer.logprobs']
    const counted = countedTokens(answer.tokens, answer.finishReason, options.include_eos as EndRule)
    const logprob = logprobOf(counted.tokens)
    if (logprob === null) throw new Unscorable('empty_answer', 'The answer has no tokens to score.')
    return {
      value: 0 - logprob.sum,
      detail: {
        form: answer.greedy === true ? 'g_nll' : 'sequence_nll',
        tokens: logprob.tokens,
        mean: 0 - logprob.mean,
        perplexity: Math.exp(-logprob.mean),
        probability: Math.exp(logprob.sum),
        truncated: answer.finishReason === 'length',
        censored: counted.tokens.filter((token) => token.censored).length,
        eos_included: counted.endIncluded
      },
      warnings: [...greedyWarnings(answer), ...tokenWarnings(answer, counted.tokens)]
    }
  }
})
