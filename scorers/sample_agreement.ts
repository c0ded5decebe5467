import { defineScorer, Unscorable, type Warning } from '../src/scorer.js'
import { mean } from '../src/math/logprob.js'
import { coverageOf } from '../src/math/new-words.js'
import { truncatedSamples } from '../src/math/sequence.js'

const RESTATES: Warning = {
  code: 'answer_restates',
  message: 'The answer adds no word to its question, so it was compared only with samples that add none either.'
}

/**
 * 1 − mean share of the answer's new words that a sample repeats; new is what the question does not already say. An
 * answer in a sentence mostly restates its question, which makes whole-text overlap and entailment look like agreement:
 * here only what was answered counts. Blind to synonyms and word order, and to a mistake that the model always makes.
 */
export default defineScorer({
  name: 'sample_agreement',
  summary: 'How little of what the answer adds to its question is repeated by the samples.',
  reference:
    'After ROUGE recall (Lin 2004, ACL Anthology W04-1013), without the words of the question; measured in docs/quality.md',
  needs: ['question', 'answer', 'samples'],
  unit: 'ratio',
  range: [0, 1],
  direction: 'higher_is_more_uncertain',
  cost: { generations: 11, entailment_pairs: 0 },
  score({ question, answer, samples }) {
    if (samples.length === 0) throw new Unscorable('needs_samples', 'There is no sample to compare the answer with.')
    const texts = samples.map(({ text }) => text)
    const coverage = coverageOf(answer.text, texts, question)
    if (coverage === null) throw new Unscorable('empty_answer', 'The answer has no word to look for in the samples.')
    return {
      value: 1 - mean(coverage.shares),
      detail: { words: coverage.words, restates: coverage.restates, shares: coverage.shares, samples: samples.length },
      warnings: [...(coverage.restates ? [RESTATES] : []), ...truncatedSamples(samples)]
    }
  }
})
