import { defineScorer, Unscorable, type FormatHistory, type Warning } from '../src/scorer.js'
import { mean } from '../src/math/logprob.js'
import { coverageOf } from '../src/math/new-words.js'

const RESTATES: Warning = {
  code: 'answer_restates',
  message: 'The answer adds no word to its question, so it was compared only with replies that add none either.'
}

/**
 * 1 − mean share of the answer's new words (those its question does not say) that the model repeats when the same
 * question is put in up to four other forms, each answered greedily. Knowledge survives a change of form, a guess seldom does.
 * Draws no samples. Blind to synonyms, and to a mistake that the model makes in every form.
 */
export default defineScorer({
  name: 'prompt_agreement',
  summary: 'How little of the answer comes back when the question is put in other forms.',
  reference: 'After prompt perturbation (Sclar et al. 2024, arXiv 2310.11324); measured in docs/quality.md',
  needs: ['formats'],
  unit: 'ratio',
  range: [0, 1],
  direction: 'higher_is_more_uncertain',
  cost: { generations: 5, entailment_pairs: 0 },
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      history: {
        type: 'string',
        enum: ['keep', 'drop'],
        default: 'keep',
        description: 'Turns before the question: keep them, or drop them where the question stands alone.'
      }
    }
  },
  parameters: (options) => ({ formats: { history: options.history as FormatHistory } }),
  score({ formats }) {
    const { answer, question, replies } = formats
    if (replies.length === 0) throw new Unscorable('needs_replies', 'The question was answered in no other form.')
    const texts = replies.map(({ text }) => text)
    const coverage = coverageOf(answer, texts, question)
    if (coverage === null) throw new Unscorable('empty_answer', 'The answer has no word to look for in the replies.')
    return {
      value: 1 - mean(coverage.shares),
      detail: { words: coverage.words, restates: coverage.restates, shares: coverage.shares, replies: texts },
      warnings: coverage.restates ? [RESTATES] : []
    }
  }
})
