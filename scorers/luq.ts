import { defineScorer, Unscorable, type JudgedSentence } from '../src/scorer.js'
import { mean } from '../src/math/logprob.js'
import { contrasted } from '../src/math/nli.js'
import { truncatedSamples } from '../src/math/sequence.js'

/** Mean support of a sample's sentences by all other samples, in [0, 1]; null when it has no sentence. */
function support(sentences: readonly JudgedSentence[], own: number): number | null {
  if (sentences.length === 0) return null
  const ofSentence = ({ verdicts }: JudgedSentence): number =>
    mean(verdicts.filter((_, j) => j !== own).map(contrasted))
  return mean(sentences.map(ofSentence))
}

/**
 * LUQ: 1 − mean over samples of how far the other samples support each of its sentences, e/(e + c) with neutral left
 * out. For long answers, where samples share some statements and not others; over single sentences it is a pairwise
 * score. A blank sample says nothing and is supported by none. The authors' code returns the confidence, and no number
 * when all samples are equal; lm-polygraph does not split sentences.
 */
export default defineScorer({
  name: 'luq',
  summary: 'Share of the sampled answers’ sentences that the other samples do not support.',
  reference: 'Zhang et al. 2024, arXiv 2403.20279',
  needs: ['samples', 'samples.sentences'],
  unit: 'probability',
  range: [0, 1],
  direction: 'higher_is_more_uncertain',
  cost: { generations: 11, entailment_pairs: 90 },
  score(evidence) {
    const { samples } = evidence
    if (samples.length < 2) throw new Unscorable('needs_two_samples', 'Agreement needs at least two samples.')
    const supports = evidence['samples.sentences'].map(support)
    const known = supports.filter((value) => value !== null)
    if (known.length === 0) throw new Unscorable('empty_sample', 'None of the samples has a sentence to compare.')
    return {
      value: Math.min(1, Math.max(0, 1 - mean(supports.map((value) => value ?? 0)))),
      detail: {
        samples: samples.length,
        sentences: evidence['samples.sentences'].map((list) => list.length),
        support: supports
      },
      warnings: truncatedSamples(samples)
    }
  }
})
