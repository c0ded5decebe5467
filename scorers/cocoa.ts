import { defineScorer, Unscorable, type Token, type Warning } from '../src/scorer.js'
import { similarityOf } from '../src/math/cosine.js'
import { mean } from '../src/math/logprob.js'
import { countedTokens, END_OPTION, logprobOf, tokenWarnings, type EndRule } from '../src/math/sequence.js'
import { summarise, tokenEntropies } from '../src/math/token-entropy.js'

type Information = 'nll' | 'mean_nll' | 'token_entropy'

/** The first factor, in nats, ≥ 0. */
function informationOf(tokens: readonly Token[], kind: Information): number {
  const logprob = logprobOf(tokens)
  if (logprob === null) throw new Unscorable('empty_answer', 'The answer has no tokens to score.')
  if (kind !== 'token_entropy') return 0 - (kind === 'nll' ? logprob.sum : logprob.mean)
  const entropies = tokenEntropies(tokens, null)
  if (entropies !== null) return summarise(entropies, mean).lower
  throw new Unscorable('needs_top_logprobs', 'Too few tokens have an entropy or top_logprobs.')
}

function zeroWarnings(information: number, inconsistency: number): readonly Warning[] {
  if (information > 0 && inconsistency > 0) return []
  const why = inconsistency > 0 ? 'Every token was certain' : 'Every sample is the same as the answer'
  const hidden = inconsistency > 0 ? 'inconsistency' : 'information'
  return [{ code: 'zero_factor', message: `${why}, which hides the other factor: see \`${hidden}\` in the detail.` }]
}

/**
 * CoCoA: information × inconsistency, that is the answer's NLL (or mean NLL, or mean token entropy) times the mean of
 * 1 − similarity between the answer and the samples. High only when both are: one factor of 0 hides the other. Similarity
 * is the cosine of sentence embeddings, below 0 as 0, in place of the paper's cross-encoder. UQLM's product of that
 * family multiplies confidences instead and ranks answers differently.
 */
export default defineScorer({
  name: 'cocoa',
  summary: 'Product of how improbable the answer is and how far the sampled answers are from it.',
  reference: 'Vashurin et al. 2025, arXiv 2502.04964',
  needs: ['answer.logprobs', 'answer.similarity'],
  unit: 'nats',
  range: [0, null],
  direction: 'higher_is_more_uncertain',
  cost: { generations: 11, entailment_pairs: 0, embeddings: 11 },
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      information: {
        type: 'string',
        enum: ['nll', 'mean_nll', 'token_entropy'],
        default: 'nll',
        description: 'First factor: −ln p of the whole answer, the same per token, or the mean token entropy.'
      },
      include_eos: END_OPTION
    }
  },
  score(evidence, options) {
    const answer = evidence['answer.logprobs']
    const similarity = evidence['answer.similarity']
    const counted = countedTokens(answer.tokens, answer.finishReason, options.include_eos as EndRule)
    const information = informationOf(counted.tokens, options.information as Information)
    if (similarity.length === 0) throw new Unscorable('needs_samples', 'There is no sample to compare the answer with.')
    const inconsistency = mean(similarity.map((cosine) => 1 - similarityOf(cosine)))
    return {
      value: information * inconsistency,
      detail: {
        information,
        inconsistency,
        information_kind: options.information,
        samples: similarity.length,
        eos_included: counted.endIncluded
      },
      warnings: [...zeroWarnings(information, inconsistency), ...tokenWarnings(answer, counted.tokens)]
    }
  }
})
