import { defineScorer, Unscorable } from '../src/scorer.js'
import { mean } from '../src/math/logprob.js'
import { pointwiseTokens } from '../src/math/pointwise.js'
import { END_OPTION, tokenWarnings, type EndRule } from '../src/math/sequence.js'

/**
 * Minus the mean pointwise mutual information of answer and prompt, −(1/L) Σ (ln p(y|x) − ln p(y)): how little the prompt
 * speaks for the answer. The first token without the prompt follows the start token alone. lm-polygraph drops that term
 * and reads the others one position late, so its values differ.
 */
export default defineScorer({
  name: 'pmi',
  summary: 'How little the prompt raises the probability of the answer: minus the mean pointwise mutual information.',
  reference: 'Takayama and Arase 2019, doi 10.18653/v1/W19-4115',
  needs: ['answer.logprobs', 'answer.unconditional'],
  unit: 'nats',
  range: [null, null],
  direction: 'higher_is_more_uncertain',
  cost: { generations: 1, entailment_pairs: 0, readings: 1 },
  options: { type: 'object', additionalProperties: false, properties: { include_eos: END_OPTION } },
  score(evidence, options) {
    const answer = evidence['answer.logprobs']
    const { tokens, endIncluded } = pointwiseTokens(
      answer,
      evidence['answer.unconditional'],
      options.include_eos as EndRule
    )
    if (tokens.length === 0) throw new Unscorable('empty_answer', 'The answer has no tokens to score.')
    const [given, alone] = [tokens.map((one) => one.logprob), tokens.map((one) => one.unconditional)].map(mean) as [
      number,
      number
    ]
    return {
      value: alone - given,
      detail: {
        mean_logprob: given,
        mean_unconditional_logprob: alone,
        tokens: tokens.length,
        eos_included: endIncluded
      },
      warnings: tokenWarnings(answer, tokens)
    }
  }
})
