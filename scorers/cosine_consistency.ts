import { defineScorer, Unscorable } from '../src/scorer.js'
import { mean } from '../src/math/logprob.js'
import { truncatedSamples } from '../src/math/sequence.js'

/**
 * 1 − mean over samples of (1 + cos)/2 between the sentence embeddings of the answer and the sample: one minus UQLM's
 * cosine similarity, 0 when all say the same. Only the answer is compared, not the samples with each other. Embeddings
 * place sentences on one subject close together, so that "Canberra" and "Sydney" look much alike and values crowd
 * towards 0. formulas.md §4.5.
 */
export default defineScorer({
  name: 'cosine_consistency',
  summary: 'How far the sentence embeddings of the sampled answers lie from that of the answer.',
  reference: 'Bouchard and Chauhan 2025, arXiv 2504.19254 (UQLM); Reimers and Gurevych 2019, arXiv 1908.10084',
  needs: ['samples', 'answer.similarity'],
  unit: 'ratio',
  range: [0, 1],
  direction: 'higher_is_more_uncertain',
  cost: { generations: 11, entailment_pairs: 0, embeddings: 11 },
  score({ samples, 'answer.similarity': similarity }) {
    if (similarity.length === 0) throw new Unscorable('needs_samples', 'There is no sample to compare the answer with.')
    const least = similarity.reduce((low, cosine, i) => (cosine < similarity[low]! ? i : low), 0)
    const consistency = mean(similarity.map((cosine) => (1 + cosine) / 2))
    return {
      value: Math.min(1, Math.max(0, 1 - consistency)),
      detail: {
        consistency,
        mean_cosine: mean(similarity),
        least_cosine: similarity[least],
        least_similar: samples[least]?.text ?? null,
        samples: similarity.length
      },
      warnings: truncatedSamples(samples)
    }
  }
})
