import { defineScorer, Unscorable, type EntailmentRule } from '../src/scorer.js'
import { RULE_OPTION } from '../src/math/clusters.js'

/**
 * How many different meanings the samples hold, 1 to N. Blind to how many samples share each, and bounded by N: compare
 * only over equally many samples. The rule `probability` is the one of the paper and of lm-polygraph.
 */
export default defineScorer({
  name: 'num_semantic_sets',
  summary: 'Number of different meanings among the sampled answers.',
  reference: 'Lin et al. 2023, arXiv 2305.19187',
  needs: ['clusters'],
  unit: 'count',
  range: [1, null],
  direction: 'higher_is_more_uncertain',
  cost: { generations: 11, entailment_pairs: 90 },
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      rule: RULE_OPTION
    }
  },
  parameters: (options) => ({ clusters: { rule: options.rule as EntailmentRule } }),
  score({ clusters }) {
    const samples = clusters.assignment.length
    if (samples < 2) throw new Unscorable('needs_two_samples', 'Agreement needs at least two samples.')
    return { value: clusters.count, detail: { samples, rule: clusters.rule } }
  }
})
