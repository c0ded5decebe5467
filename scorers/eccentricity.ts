import { defineScorer, Unscorable } from '../src/scorer.js'
import { AFFINITY_OPTIONS, affinityParameters, affinityWarnings } from '../src/math/affinity.js'
import { distancesFromCentre, laplacianSpectrum } from '../src/math/graph.js'

/**
 * How far the samples lie from their centre in the space of the graph's smooth eigenvectors: the root of the summed
 * squared distances, 0 when all agree, √(N − 1) at most. Jumps where an eigenvalue crosses the threshold. TruthTorchLM
 * sums the distances; the detail tells each.
 */
export default defineScorer({
  name: 'eccentricity',
  summary: 'Spread of the sampled answers around their centre in the spectrum of their graph.',
  reference: 'Lin et al. 2023, arXiv 2305.19187',
  needs: ['samples', 'affinity'],
  unit: 'ratio',
  range: [0, null],
  direction: 'higher_is_more_uncertain',
  cost: { generations: 11, entailment_pairs: 90 },
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      ...AFFINITY_OPTIONS,
      threshold: {
        type: 'number',
        exclusiveMinimum: 0,
        maximum: 2,
        default: 0.9,
        description: 'Eigenvectors whose eigenvalue is below this are kept.'
      }
    }
  },
  parameters: affinityParameters,
  score({ samples, affinity }, options) {
    if (samples.length < 2) throw new Unscorable('needs_two_samples', 'Agreement needs at least two samples.')
    const distances = distancesFromCentre(laplacianSpectrum(affinity.weights), options.threshold as number)
    return {
      value: Math.hypot(...distances),
      detail: { affinity: affinity.of, samples: samples.length, distances },
      warnings: affinityWarnings(affinity, samples)
    }
  }
})
