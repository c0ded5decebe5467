import { defineScorer, Unscorable } from '../src/scorer.js'
import { AFFINITY_OPTIONS, affinityParameters, affinityWarnings } from '../src/math/affinity.js'
import { degrees } from '../src/math/graph.js'
import { mean } from '../src/math/logprob.js'

/**
 * 1 − mean closeness of all pairs of samples, each to itself included: 0 when all agree, 1 − 1/N when no two do, so
 * compare only over equally many samples. The authors' code (UQ-NLG) gives N times this. The detail tells how close
 * each sample is to all, a confidence in that sample.
 */
export default defineScorer({
  name: 'degree',
  summary: 'One minus the mean closeness of the sampled answers to each other.',
  reference: 'Lin et al. 2023, arXiv 2305.19187',
  needs: ['samples', 'affinity'],
  unit: 'ratio',
  range: [0, 1],
  direction: 'higher_is_more_uncertain',
  cost: { generations: 11, entailment_pairs: 90 },
  options: { type: 'object', additionalProperties: false, properties: AFFINITY_OPTIONS },
  parameters: affinityParameters,
  score({ samples, affinity }) {
    if (samples.length < 2) throw new Unscorable('needs_two_samples', 'Agreement needs at least two samples.')
    const confidences = degrees(affinity.weights)
    return {
      value: Math.min(1, Math.max(0, 1 - mean(confidences))),
      detail: { affinity: affinity.of, samples: samples.length, confidences },
      warnings: affinityWarnings(affinity, samples)
    }
  }
})
