import { defineScorer, Unscorable, type JudgedSentence } from '../src/scorer.js'
import { mean } from '../src/math/logprob.js'
import { contrasted } from '../src/math/nli.js'
import { truncatedSamples } from '../src/math/sequence.js'

/** Mean over the samples of P(contradiction) against entailment, c/(e + c). */
const denied = ({ verdicts }: JudgedSentence): number => mean(verdicts.map((verdict) => 1 - contrasted(verdict)))

/**
 * SelfCheckGPT with a classifier: for each sentence of the answer, how far the samples contradict it, c/(e + c) with
 * neutral left out; the score is the mean over sentences, and the detail points at each. Premise is the sample; the
 * authors' code puts the sentence first, for a classifier of their own. A mistake that every sample repeats is missed.
 */
export default defineScorer({
  name: 'selfcheck',
  summary: 'How far the sampled answers contradict the sentences of the answer.',
  reference: 'Manakul et al. 2023, arXiv 2303.08896',
  needs: ['samples', 'answer.sentences'],
  unit: 'probability',
  range: [0, 1],
  direction: 'higher_is_more_uncertain',
  cost: { generations: 11, entailment_pairs: 10 },
  score(evidence) {
    const { samples } = evidence
    if (samples.length === 0) throw new Unscorable('needs_samples', 'There is no sample to check the answer against.')
    const sentences = evidence['answer.sentences'].map((sentence) => ({
      text: sentence.text,
      start: sentence.start,
      end: sentence.end,
      value: denied(sentence)
    }))
    if (sentences.length === 0) throw new Unscorable('empty_answer', 'The answer has no sentence to check.')
    const values = sentences.map(({ value }) => value)
    return {
      value: mean(values),
      detail: { samples: samples.length, highest: values.reduce((a, b) => Math.max(a, b)), sentences },
      warnings: truncatedSamples(samples)
    }
  }
})
