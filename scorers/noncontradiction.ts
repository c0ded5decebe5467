import { defineScorer, Unscorable, type Entailment } from '../src/scorer.js'
import { mean } from '../src/math/logprob.js'
import { truncatedSamples } from '../src/math/sequence.js'

const contradictionOf = ({ contradiction }: Entailment): number => contradiction

/**
 * Mean P(contradiction) between the answer and each sample, both directions: one minus UQLM's non-contradiction. Judges
 * the answer against N samples instead of all pairs. What merely goes unsaid is not counted: `entailment_consistency`
 * counts it.
 */
export default defineScorer({
  name: 'noncontradiction',
  summary: 'How likely the sampled answers contradict the answer.',
  reference: 'Chen and Mueller 2024, arXiv 2308.16175; Bouchard and Chauhan 2025, arXiv 2504.19254 (UQLM)',
  needs: ['samples', 'answer.entailment'],
  unit: 'probability',
  range: [0, 1],
  direction: 'higher_is_more_uncertain',
  cost: { generations: 11, entailment_pairs: 20 },
  score(evidence) {
    const { samples, 'answer.entailment': compared } = evidence
    if (samples.length === 0) throw new Unscorable('needs_samples', 'There is no sample to compare the answer with.')
    const forward = mean(compared.forward.map(contradictionOf))
    const backward = mean(compared.backward.map(contradictionOf))
    const value = (forward + backward) / 2
    return {
      value: Math.min(1, value),
      detail: { noncontradiction: 1 - value, forward, backward, samples: samples.length },
      warnings: truncatedSamples(samples)
    }
  }
})
