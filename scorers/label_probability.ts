import { defineScorer, Unscorable, type EntailmentRule } from '../src/scorer.js'
import { mostFrequent } from '../src/math/cluster-description.js'
import { RULE_OPTION } from '../src/math/clusters.js'
import { truncatedSamples } from '../src/math/sequence.js'

/**
 * 1 − the share of samples that hold the most frequent meaning: how often the model says something else. 0 when all
 * agree, 1 − 1/N when no two do. Blind to how the rest is divided.
 */
export default defineScorer({
  name: 'label_probability',
  summary: 'One minus the share of sampled answers that hold the most frequent meaning.',
  reference: 'Tian et al. 2023, arXiv 2305.14975; Fadeeva et al. 2023, arXiv 2311.07383 (lm-polygraph)',
  needs: ['samples', 'clusters'],
  unit: 'probability',
  range: [0, 1],
  direction: 'higher_is_more_uncertain',
  cost: { generations: 11, entailment_pairs: 90 },
  options: { type: 'object', additionalProperties: false, properties: { rule: RULE_OPTION } },
  parameters: (options) => ({ clusters: { rule: options.rule as EntailmentRule } }),
  score({ samples, clusters }) {
    if (samples.length < 2) throw new Unscorable('needs_two_samples', 'Agreement needs at least two samples.')
    const members = Array.from({ length: clusters.count }, (): string[] => [])
    clusters.assignment.forEach((cluster, i) => members[cluster]!.push(samples[i]!.text))
    const size = members.reduce((most, list) => Math.max(most, list.length), 0)
    const largest = members
      .filter((list) => list.length === size)
      .map(mostFrequent)
      .sort()
    return {
      value: 1 - size / samples.length,
      detail: {
        text: largest[0],
        size,
        tied: largest.length,
        samples: samples.length,
        clusters: clusters.count,
        rule: clusters.rule
      },
      warnings: truncatedSamples(samples)
    }
  }
})
