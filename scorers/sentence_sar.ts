import { defineScorer, Unscorable } from '../src/scorer.js'
import { supportedSurprise, SUPPORT_TEMPERATURE_OPTION } from '../src/math/relevance.js'
import { sampleNlls, sampleTokenWarnings, truncatedSamples } from '../src/math/sequence.js'

/**
 * SentenceSAR: mean over samples of −ln( p_i + (1/t) Σ_{j≠i} g_ij p_j ). A sample is less surprising when likely samples
 * are similar to it. g is the cosine of sentence embeddings, below 0 as 0, in place of the paper's cross-encoder. The
 * factor 1/t pushes the value below zero: only its order means something, and only among requests of equally many samples.
 */
export default defineScorer({
  name: 'sentence_sar',
  summary: 'Surprise of the sampled answers once the likelihood of similar ones counts for them.',
  reference: 'Duan et al. 2024, arXiv 2307.01379',
  needs: ['samples.logprobs', 'similarity'],
  unit: 'nats',
  range: [null, null],
  direction: 'higher_is_more_uncertain',
  cost: { generations: 11, entailment_pairs: 0, embeddings: 10 },
  options: {
    type: 'object',
    additionalProperties: false,
    properties: { temperature: SUPPORT_TEMPERATURE_OPTION }
  },
  score(evidence, options) {
    const samples = evidence['samples.logprobs']
    const { similarity } = evidence
    if (samples.length < 2) throw new Unscorable('needs_two_samples', 'Agreement needs at least two samples.')
    const nlls = sampleNlls(samples, 'sum')
    if (nlls === null) throw new Unscorable('empty_sample', 'One of the samples has no tokens to score.')
    const logprobs = nlls.map((nll) => 0 - nll)
    return {
      value: supportedSurprise(logprobs, similarity, options.temperature as number),
      detail: { samples: samples.length, temperature: options.temperature },
      warnings: [...truncatedSamples(samples), ...sampleTokenWarnings(samples)]
    }
  }
})
