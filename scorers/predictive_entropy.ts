import { defineScorer, Unscorable } from '../src/scorer.js'
import { mean, standardError } from '../src/math/logprob.js'
import { sampleNlls, sampleTokenWarnings, truncatedSamples } from '../src/math/sequence.js'

/**
 * −(1/N) Σ ln p(sample): Monte-Carlo estimate of the entropy over whole answers. Repeats count, as draws do. Grows with
 * length and counts paraphrases of one meaning as uncertainty; semantic entropy does not.
 */
export default defineScorer({
  name: 'predictive_entropy',
  summary: 'Monte-Carlo estimate of the entropy over whole answers, from sampled answers.',
  reference: 'Malinin and Gales 2021, arXiv 2002.07650',
  needs: ['samples.logprobs'],
  unit: 'nats',
  range: [0, null],
  direction: 'higher_is_more_uncertain',
  cost: { generations: 11, entailment_pairs: 0 },
  score(evidence) {
    const samples = evidence['samples.logprobs']
    const nlls = sampleNlls(samples, 'sum')
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
