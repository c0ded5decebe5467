import { defineScorer, Unscorable } from '../src/scorer.js'
import { mean } from '../src/math/logprob.js'
import { supportedSurprise, SUPPORT_TEMPERATURE_OPTION, weighedNll } from '../src/math/relevance.js'
import { sampleTokenWarnings, truncatedSamples } from '../src/math/sequence.js'

/**
 * SAR: SentenceSAR with exp(−TokenSAR) in the place of a sample's probability, so that both the tokens and the samples
 * that matter weigh more. Similarities are cosines of sentence embeddings in place of the paper's cross-encoder. Only
 * the order of values means something. The dearest of the three: every token of every sample is left out once.
 */
export default defineScorer({
  name: 'sar',
  summary: 'SentenceSAR on sample likelihoods that are weighted by the relevance of their tokens.',
  reference: 'Duan et al. 2024, arXiv 2307.01379',
  needs: ['samples.logprobs', 'samples.relevance', 'similarity'],
  unit: 'nats',
  range: [null, null],
  direction: 'higher_is_more_uncertain',
  cost: { generations: 11, entailment_pairs: 0, embeddings: 260 },
  options: {
    type: 'object',
    additionalProperties: false,
    properties: { temperature: SUPPORT_TEMPERATURE_OPTION }
  },
  score(evidence, options) {
    const samples = evidence['samples.logprobs']
    const relevance = evidence['samples.relevance']
    const { similarity } = evidence
    if (samples.length < 2) throw new Unscorable('needs_two_samples', 'Agreement needs at least two samples.')
    const weighed = samples.map(({ tokens }, i) => weighedNll(tokens, relevance[i]!)).filter((one) => one !== null)
    if (weighed.length < samples.length) {
      throw new Unscorable('empty_sample', 'One of the samples has no tokens to weigh.')
    }
    const logprobs = weighed.map(({ value }) => 0 - value)
    return {
      value: supportedSurprise(logprobs, similarity, options.temperature as number),
      detail: {
        samples: samples.length,
        temperature: options.temperature,
        mean_token_sar: mean(weighed.map(({ value }) => value)),
        uniform: weighed.filter(({ uniform }) => uniform).length
      },
      warnings: [...truncatedSamples(samples), ...sampleTokenWarnings(samples)]
    }
  }
})
