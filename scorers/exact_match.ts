import { defineScorer, Unscorable } from '../src/scorer.js'
import { meaningKey } from '../src/math/clusters.js'
import { truncatedSamples } from '../src/math/sequence.js'

/**
 * Share of samples whose text is not the answer's: one minus UQLM's exact match. Needs no model, and suits numbers and
 * short labels; any rewording counts as disagreement.
 */
export default defineScorer({
  name: 'exact_match',
  summary: 'Share of sampled answers that are not the same text as the answer.',
  reference: 'Cole et al. 2023, arXiv 2305.14613; Bouchard and Chauhan 2025, arXiv 2504.19254 (UQLM)',
  needs: ['answer', 'samples'],
  unit: 'ratio',
  range: [0, 1],
  direction: 'higher_is_more_uncertain',
  cost: { generations: 11, entailment_pairs: 0 },
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      normalize: {
        type: 'boolean',
        default: false,
        description: 'Let spacing, character width and one final full stop pass.'
      }
    }
  },
  score({ answer, samples }, { normalize }) {
    if (samples.length === 0) throw new Unscorable('needs_samples', 'There is no sample to compare the answer with.')
    const form = (text: string): string => (normalize === true ? meaningKey(text) : text)
    const own = form(answer.text)
    const equal = samples.filter(({ text }) => form(text) === own).length
    return {
      value: 1 - equal / samples.length,
      detail: { equal, samples: samples.length },
      warnings: truncatedSamples(samples)
    }
  }
})
