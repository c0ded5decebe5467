import { defineScorer, Unscorable, type Options, type Token } from '../src/scorer.js'
import { countedTokens, tokenWarnings, type EndRule } from '../src/math/sequence.js'
import { ENTROPY_OPTIONS, largest, summarise, tokenEntropies } from '../src/math/token-entropy.js'
import { meanOverSentences } from '../src/math/token-sentences.js'

const largestOf =
  (options: Options) =>
  (tokens: readonly Token[]): number | null => {
    const entropies = tokenEntropies(tokens, options.vocabulary_size as number | null)
    return entropies === null ? null : summarise(entropies, largest).lower
  }

/**
 * Largest entropy of a next-token distribution along the answer: where the model hesitated most. Exact from the
 * embedded models, else a tight lower bound from top-k alternatives. Often the first token of any answer.
 */
export default defineScorer({
  name: 'max_token_entropy',
  summary: 'Entropy of the next-token distribution where it is largest along the answer.',
  reference: 'Manakul et al. 2023, arXiv 2303.08896 (grey-box baselines)',
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
    const peak = entropies.reduce((high, one) => (one.lower > high.lower ? one : high))
    const parts = options.average === 'sentences' ? meanOverSentences(counted.tokens, largestOf(options)) : null
    return {
      value: parts?.value ?? peak.lower,
      detail: {
        ...(parts === null ? {} : { sentences: parts.sentences }),
        ...summarise(entropies, largest),
        exact: entropies.every(({ exact }) => exact),
        token: counted.tokens[peak.index]!.text,
        index: peak.index,
        skipped: counted.tokens.length - entropies.length,
        eos_included: counted.endIncluded
      },
      warnings: tokenWarnings(answer, counted.tokens)
    }
  }
})
