import { defineScorer, Unscorable } from '../src/scorer.js'
import { tokenWarnings } from '../src/math/sequence.js'
import { weighedNll } from '../src/math/relevance.js'

const UNIFORM = {
  code: 'uniform_relevance',
  message: 'Leaving a token out never changed the meaning, so all tokens weigh the same.'
}

/**
 * TokenSAR: the mean token NLL in which each token weighs as much as the meaning changes without it. Relevance is
 * 1 − cosine of sentence embeddings, in place of the paper's cross-encoder, with one position deleted at a time; the
 * end token weighs nothing. Misleads where a deletion breaks a name apart: its pieces then outweigh all else.
 */
export default defineScorer({
  name: 'token_sar',
  summary: 'Mean token NLL of the answer, weighted by how much each token matters for the meaning.',
  reference: 'Duan et al. 2024, arXiv 2307.01379',
  needs: ['answer.logprobs', 'answer.relevance'],
  unit: 'nats',
  range: [0, null],
  direction: 'higher_is_more_uncertain',
  cost: { generations: 1, entailment_pairs: 0, embeddings: 25 },
  score(evidence) {
    const answer = evidence['answer.logprobs']
    const weighed = weighedNll(answer.tokens, evidence['answer.relevance'])
    if (weighed === null) throw new Unscorable('empty_answer', 'The answer has no tokens to weigh.')
    const heaviest = weighed.weights.indexOf(Math.max(...weighed.weights))
    return {
      value: weighed.value,
      detail: {
        weights: weighed.weights,
        heaviest_token: answer.tokens[heaviest]!.text,
        index: heaviest,
        uniform: weighed.uniform
      },
      warnings: [...(weighed.uniform ? [UNIFORM] : []), ...tokenWarnings(answer, answer.tokens)]
    }
  }
})
