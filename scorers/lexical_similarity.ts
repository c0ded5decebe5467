import { defineScorer, Unscorable, type Generation } from '../src/scorer.js'
import { COMPARED_WORDS, meanPairwiseSimilarity, meanSimilarityTo, type Rouge } from '../src/math/lexical.js'
import { truncatedSamples } from '../src/math/sequence.js'

const CUT = { code: 'long_samples_cut', message: `Only the first ${COMPARED_WORDS} words of a text were compared.` }

function check(samples: readonly Generation[], reference: Generation | null, toAnswer: boolean): void {
  if (toAnswer && reference === null) throw new Unscorable('needs_answer', 'There is no answer to compare with.')
  if (toAnswer && samples.length === 0) throw new Unscorable('needs_samples', 'There is no sample to compare with.')
  if (!toAnswer && samples.length < 2) {
    throw new Unscorable('needs_two_samples', 'Agreement needs at least two samples.')
  }
}

/**
 * 1 − mean ROUGE F1 over all pairs of samples, or of each sample with the answer: how differently the model words its
 * answer. Needs text alone and works in any script, but takes a paraphrase for a disagreement and a lone "not" for
 * agreement. Words are not stemmed; equal answers are the most certain case, which lorenzkuhn/semantic_uncertainty
 * gives 0 similarity.
 */
export default defineScorer({
  name: 'lexical_similarity',
  summary: 'Disagreement in wording: one minus the mean ROUGE between sampled answers.',
  reference: 'Fomicheva et al. 2020, arXiv 2005.10608; Lin 2004, ACL Anthology W04-1013 (ROUGE)',
  needs: ['samples', 'reference'],
  unit: 'ratio',
  range: [0, 1],
  direction: 'higher_is_more_uncertain',
  cost: { generations: 11, entailment_pairs: 0 },
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      variant: {
        type: 'string',
        enum: ['rougeL', 'rouge1', 'rouge2'],
        default: 'rougeL',
        description: 'Overlap in the longest common subsequence of words, in words, or in pairs of words.'
      },
      to: {
        type: 'string',
        enum: ['pairs', 'answer'],
        default: 'pairs',
        description: 'Compare all pairs of samples, or each sample with the answer.'
      }
    }
  },
  parameters: (options) => (options.to === 'answer' ? { reference: { used: true } } : {}),
  score({ samples, reference }, options) {
    const toAnswer = options.to === 'answer'
    check(samples, reference, toAnswer)
    const texts = samples.map(({ text }) => text)
    const variant = options.variant as Rouge
    const { similarity, distinct, cut } = toAnswer
      ? meanSimilarityTo(reference!.text, texts, variant)
      : meanPairwiseSimilarity(texts, variant)
    return {
      value: Math.min(1, Math.max(0, 1 - similarity)),
      detail: { similarity, variant, to: options.to, samples: samples.length, distinct },
      warnings: [...(cut ? [CUT] : []), ...truncatedSamples(samples)]
    }
  }
})
