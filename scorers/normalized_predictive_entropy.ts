import { defineScorer, Unscorable } from '../src/scorer.js'
import { mean, standardError } from '../src/math/logprob.js'
import { sampleNlls, sampleTokenWarnings, truncatedSamples } from '../src/math/sequence.js'

/**
 * −(1/N) Σ (1/L) ln p(sample): predictive entropy per token, the same tokens in sum and length. Comparable across
 * lengths, no longer an entropy of answers.
 */
export default defineScorer({
  name: 'normalized_predictive_entropy',
  summary: 'Predictive entropy per token: mean over sampled answers of their mean token NLL.',
  reference: 'Malinin and Gales 2021, arXiv 2002.07650',
  needs: ['samples.logprobs'],
  unit: 'nats',
  range: [0, null],
  direction: 'higher_is_more_uncertain',
  cost: { generations: 11, entailment_pairs: 0 },
  score(evidence) {
    const samples = evidence['samples.logprobs']
    const nlls = sampleNlls(samples, 'mean')
    if (nlls === null) {
      throw new Unscorable('empty_sample', 'There is no sample, or one of them has no tokens to score.')
    }
    return {
      value: mean(nlls),
      detail: { samples: nlls.length, standard_error: standardError(nlls) },
      warnings: [...truncatedSamples(samples), ...sampleTokenWarnings(samples)]
    }
  }
})
