import { defineScorer, Unscorable } from '../src/scorer.js'
import { COMPARED_WORDS, meanPairwiseSimilarity } from '../src/math/lexical.js'
import { truncatedSamples } from '../src/math/sequence.js'

const CUT = { code: 'long_samples_cut', message: `Only the first ${COMPARED_WORDS} words of a sample were compared.` }

/**
 * 1 − mean ROUGE-L F1 over all pairs of samples: how differently the model words its answer. Needs text alone and works
 * in any script, but takes a paraphrase for a disagreement and a lone "not" for agreement.
 */
export default defineScorer({
  name: 'lexical_similarity',
  summary: 'Disagreement in wording: one minus the mean ROUGE-L between pairs of sampled answers.',
  reference: 'Fomicheva et al. 2020, arXiv 2005.10608; Lin 2004 (ROUGE)',
  needs: ['samples'],
  unit: 'ratio',
  range: [0, 1],
  direction: 'higher_is_more_uncertain',
  cost: { generations: 10, entailment_pairs: 0 },
  score({ samples }) {
    if (samples.length < 2) throw new Unscorable('needs_two_samples', 'Agreement needs at least two samples.')
    const { similarity, distinct, cut } = meanPairwiseSimilarity(samples.map(({ text }) => text))
    return {
      value: Math.max(0, 1 - similarity),
      detail: { similarity, samples: samples.length, distinct },
      warnings: [...(cut ? [CUT] : []), ...truncatedSamples(samples)]
    }
  }
})
