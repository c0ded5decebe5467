import { defineScorer, Unscorable } from '../src/scorer.js'
import { AFFINITY_OPTIONS, affinityParameters, affinityWarnings } from '../src/math/affinity.js'
import { groupCount, laplacianSpectrum } from '../src/math/graph.js'

/**
 * Σ max(0, 1 − λ) over the eigenvalues λ of the normalised Laplacian of the graph that joins samples by how close they
 * are: a count of meanings that takes half-closeness as it is. 1 when all agree, N when no two do, so compare only over
 * equally many samples.
 */
export default defineScorer({
  name: 'eigv',
  summary: 'A continuous count of the meanings among the sampled answers, from the spectrum of their graph.',
  reference: 'Lin et al. 2023, arXiv 2305.19187',
  needs: ['samples', 'affinity'],
  unit: 'count',
  range: [1, null],
  direction: 'higher_is_more_uncertain',
  cost: { generations: 11, entailment_pairs: 90 },
  options: { type: 'object', additionalProperties: false, properties: AFFINITY_OPTIONS },
  parameters: affinityParameters,
  score({ samples, affinity }) {
    if (samples.length < 2) throw new Unscorable('needs_two_samples', 'Agreement needs at least two samples.')
    const spectrum = laplacianSpectrum(affinity.weights)
    return {
      value: groupCount(spectrum),
      detail: { affinity: affinity.of, samples: samples.length, eigenvalues: spectrum.values },
      warnings: affinityWarnings(affinity, samples)
    }
  }
})
