import { defineScorer, Unscorable } from '../src/scorer.js'
import { mean } from '../src/math/logprob.js'
import { pointwiseTokens, type PointwiseToken } from '../src/math/pointwise.js'
import { END_OPTION, tokenWarnings, type EndRule } from '../src/math/sequence.js'

const OPTIONS = {
  type: 'object',
  additionalProperties: false,
  properties: {
    tau: {
      type: 'number',
      minimum: 0,
      default: 0.0656,
      description: 'Entropy in nats from which a token is held against its unconditional log-probability.'
    },
    lambda: {
      type: 'number',
      minimum: 0,
      default: 3.599,
      description: 'Weight of the unconditional log-probability.'
    },
    include_eos: END_OPTION
  }
} as const

/**
 * Conditional pointwise mutual information: −(1/L) Σ (ln p(y|x) − λ·[H ≥ τ]·ln p(y)), so that the prompt must speak for a
 * token only where the model was in doubt. The defaults were tuned for summaries. lm-polygraph reads ln p(y) one position
 * late, so its values differ.
 */
export default defineScorer({
  name: 'conditional_pmi',
  summary: 'Negative log-likelihood per token, less what an uncertain token is worth without the prompt.',
  reference: 'van der Poel et al. 2022, arXiv 2210.13210',
  needs: ['answer.logprobs', 'answer.unconditional'],
  unit: 'nats',
  range: [null, null],
  direction: 'higher_is_more_uncertain',
  cost: { generations: 1, entailment_pairs: 0, readings: 1 },
  options: OPTIONS,
  score(evidence, options) {
    const answer = evidence['answer.logprobs']
    const { include_eos: rule, tau, lambda } = options as { include_eos: EndRule; tau: number; lambda: number }
    const { tokens, endIncluded } = pointwiseTokens(answer, evidence['answer.unconditional'], rule)
    if (tokens.length === 0) throw new Unscorable('empty_answer', 'The answer has no tokens to score.')
    if (tokens.some(({ entropy }) => entropy === null)) {
      throw new Unscorable(
        'needs_entropy',
        'The entropy of some tokens is unknown: let the named model read the answer.'
      )
    }
    const isDoubtful = ({ entropy }: PointwiseToken): boolean => entropy! >= tau
    const terms = tokens.map((one) => one.logprob - (isDoubtful(one) ? lambda * one.unconditional : 0))
    return {
      value: -mean(terms),
      detail: { doubtful_tokens: tokens.filter(isDoubtful).length, tokens: tokens.length, eos_included: endIncluded },
      warnings: tokenWarnings(answer, tokens)
    }
  }
})
