import { defineScorer, Unscorable, type Entailment } from '../src/scorer.js'
import { mean } from '../src/math/logprob.js'
import { truncatedSamples } from '../src/math/sequence.js'

const entailmentOf = ({ entailment }: Entailment): number => entailment

/**
 * 1 − mean P(entailment) between the answer and each sample, both directions: one minus UQLM's entailment score. A
 * sample that says more or less than the answer lowers it, though neither need be wrong: `noncontradiction` lets that
 * pass.
 */
export default defineScorer({
  name: 'entailment_consistency',
  summary: 'How far the sampled answers and the answer fail to entail each other.',
  reference: 'Bouchard and Chauhan 2025, arXiv 2504.19254 (UQLM)',
  needs: ['samples', 'answer.entailment'],
  unit: 'probability',
  range: [0, 1],
  direction: 'higher_is_more_uncertain',
  cost: { generations: 11, entailment_pairs: 20 },
  score(evidence) {
    const { samples, 'answer.entailment': compared } = evidence
    if (samples.length === 0) throw new Unscorable('needs_samples', 'There is no sample to compare the answer with.')
    const forward = mean(compared.forward.map(entailmentOf))
    const backward = mean(compared.backward.map(entailmentOf))
    const entailment = (forward + backward) / 2
    return {
      value: Math.min(1, Math.max(0, 1 - entailment)),
      detail: { entailment, forward, backward, samples: samples.length },
      warnings: truncatedSamples(samples)
    }
  }
})
