import { defineScorer, Unscorable } from '../src/scorer.js'
import { mean } from '../src/math/logprob.js'

/**
 * Mean P(entailment) of the answer's sentences by the passage of `context` that supports each best. `minimum` is the
 * least supported sentence: an answer is only as grounded as that. Tells whether the source says so, not whether it is
 * true; a statement that only two distant passages together support is missed.
 */
export default defineScorer({
  name: 'groundedness',
  summary: 'How far the supplied context entails the sentences of the answer.',
  reference: 'Honovich et al. 2022, arXiv 2204.04991; Laban et al. 2022, arXiv 2111.09525',
  needs: ['groundedness'],
  unit: 'probability',
  range: [0, 1],
  direction: 'higher_is_more_certain',
  cost: { generations: 1, entailment_pairs: 1 },
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      aggregation: {
        type: 'string',
        enum: ['mean', 'minimum'],
        default: 'mean',
        description: 'Over sentences: their mean, or the least supported one.'
      }
    }
  },
  score({ groundedness }, { aggregation }) {
    if (groundedness.length === 0) throw new Unscorable('empty_answer', 'The answer has no sentence to look for.')
    const sentences = groundedness.map(({ text, start, end, verdict, source }) => {
      return { text, start, end, value: verdict.entailment, contradiction: verdict.contradiction, source }
    })
    const values = sentences.map(({ value }) => value)
    const [average, minimum] = [mean(values), values.reduce((a, b) => Math.min(a, b))]
    return {
      value: Math.min(1, aggregation === 'minimum' ? minimum : average),
      detail: { mean: average, minimum, sentences }
    }
  }
})
