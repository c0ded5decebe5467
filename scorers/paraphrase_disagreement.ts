import { defineScorer, Unscorable, type ParaphrasedAnswer, type ParaphraseForm, type Token } from '../src/scorer.js'
import { mean } from '../src/math/logprob.js'
import {
  PARAPHRASE_OPTIONS,
  paraphraseDetail,
  paraphraseParameters,
  paraphraseWarnings
} from '../src/math/paraphrases.js'
import { logprobOf } from '../src/math/sequence.js'
import {
  containmentDistances,
  cosineDistances,
  exactDistances,
  variationRatio,
  variationRatioToFirst,
  type Distances
} from '../src/math/variation.js'

type Measure = 'lexical' | 'embedding' | 'exact'

function distancesOf({ answer, replies, replySimilarity }: ParaphrasedAnswer, measure: Measure): Distances {
  if (replySimilarity !== null) return cosineDistances(replySimilarity)
  const texts = [answer, ...(replies ?? []).map(({ text }) => text)]
  return measure === 'exact' ? exactDistances(texts) : containmentDistances(texts)
}

/** Replies against the answer, and among themselves. */
function byReplies(evidence: ParaphrasedAnswer, measure: Measure) {
  const replies = evidence.replies ?? []
  if (replies.length === 0) throw new Unscorable('needs_paraphrases', 'No other wording of the question was answered.')
  const distances = distancesOf(evidence, measure)
  const among = distances.slice(1).map((row) => row.slice(1))
  return {
    value: variationRatioToFirst(distances),
    detail: {
      measure,
      replies: replies.map(({ text }) => text),
      distinct_replies: new Set(replies.map(({ text }) => text)).size,
      reply_similarity: replies.length < 2 ? null : 1 - variationRatio(among)
    }
  }
}

/** −ln p per token of each reading, in nats. */
function nlls(readings: readonly (readonly Token[])[]): readonly number[] {
  return readings.map(logprobOf).flatMap((one) => (one === null ? [] : [0 - one.mean]))
}

function byLikelihood({ readings }: ParaphrasedAnswer) {
  const all = nlls(readings ?? [])
  if (all.length === 0) throw new Unscorable('empty_answer', 'An empty text has no tokens to score.')
  const meanNll = mean(all)
  return {
    value: Math.min(1, Math.max(0, 1 - Math.exp(-meanNll))),
    detail: { mean_nll: meanNll, nll_by_wording: all }
  }
}

/**
 * How the answer under test fares when the question is put in other words. `reply`: mean distance of the greedy replies
 * to the paraphrases from it. `likelihood`: 1 − exp(−mean NLL per token) of it as read after the question and each
 * paraphrase, which ranks as that mean does. A model that is wrong in the same way whatever the wording looks certain.
 */
export default defineScorer({
  name: 'paraphrase_disagreement',
  summary: 'How badly the answer holds up when the question is put in other words.',
  reference: 'Amirizaniani et al. 2024 (AuditLLM), arXiv 2402.09334; Song et al. 2025, arXiv 2506.09684',
  needs: ['paraphrases.answer'],
  unit: 'ratio',
  range: [0, 1],
  direction: 'higher_is_more_uncertain',
  cost: { generations: 1, entailment_pairs: 0, readings: 10 },
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      ...PARAPHRASE_OPTIONS,
      form: {
        type: 'string',
        enum: ['likelihood', 'reply'],
        default: 'likelihood',
        description: 'likelihood: how probable the answer stays; reply: how far new replies are from it.'
      },
      measure: {
        type: 'string',
        enum: ['lexical', 'embedding', 'exact'],
        default: 'lexical',
        description:
          'Distance of replies: words of the shorter that are missing, cosine, or whether they differ at all.'
      }
    }
  },
  parameters: (options) => ({
    ...paraphraseParameters(options),
    'paraphrases.answer': {
      form: options.form as ParaphraseForm,
      embed: options.form === 'reply' && options.measure === 'embedding'
    }
  }),
  score({ 'paraphrases.answer': evidence }, options) {
    const scored =
      options.form === 'likelihood' ? byLikelihood(evidence) : byReplies(evidence, options.measure as Measure)
    return {
      value: scored.value,
      detail: { form: options.form, ...scored.detail, ...paraphraseDetail(evidence) },
      warnings: paraphraseWarnings(evidence)
    }
  }
})
