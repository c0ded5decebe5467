import { defineScorer, Unscorable, type Options, type Token } from '../src/scorer.js'
import { mean } from '../src/math/logprob.js'
import { countedTokens, tokenWarnings, type EndRule } from '../src/math/sequence.js'
import { ENTROPY_OPTIONS, summarise, tokenEntropies } from '../src/math/token-entropy.js'
import { meanOverSentences } from '../src/math/token-sentences.js'

const meanOf =
  (options: Options) =>
  (tokens: readonly Token[]): number | null => {
    const entropies = tokenEntropies(tokens, options.vocabulary_size as number | null)
    return entropies === null ? null : summarise(entropies, mean).lower
  }

/**
 * Mean entropy of the next-token distributions along the answer. Exact from the embedded models; from top-k
 * alternatives alone the value is a tight lower bound. Counts a free choice of wording as uncertainty.
 */
export default defineScorer({
  name: 'mean_token_entropy',
  summary: 'Mean entropy of the next-token distribution over the positions of the answer.',
  reference: 'Fomicheva et al. 2020, arXiv 2005.10608',
  needs: ['answer.logprobs'],
  unit: 'nats',
  range: [0, null],
  direction: 'higher_is_more_uncertain',
  cost: { generations: 1, entailment_pairs: 0 },
  options: ENTROPY_OPTIONS,
  score(evidence, options) {
    const answer = evidence['answer.logprobs']
    const counted = countedTokens(answer.tokens, answer.finishReason, options.include_eos as EndRule)
    if (counted.tokens.length === 0) throw new Unscorable('empty_answer', 'The answer has no tokens to score.')
    const entropies = tokenEntropies(counted.tokens, options.vocabulary_size as number | null)
    if (entropies === null) {
      throw new Unscorable('needs_top_logprobs', 'Too few tokens have an entropy or top_logprobs.')
    }
    const summary = summarise(entropies, mean)
    const parts = options.average === 'sentences' ? meanOverSentences(counted.tokens, meanOf(options)) : null
    return {
      value: parts?.value ?? summary.lower,
      detail: {
        ...(parts === null ? {} : { sentences: parts.sentences }),
        ...summary,
        exact: entropies.every(({ exact }) => exact),
        tokens: entropies.length,
        skipped: counted.tokens.length - entropies.length,
        eos_included: counted.endIncluded
      },
      warnings: tokenWarnings(answer, counted.tokens)
    }
  }
})
