import { defineScorer, Unscorable, type ParaphraseReplies, type ReplyStratum, type Warning } from '../src/scorer.js'
import { affinityOf, bootstrapInverseEntropy, risesThroughout, rowNormalised } from '../src/math/inverse-entropy.js'
import {
  PARAPHRASE_OPTIONS,
  paraphraseDetail,
  paraphraseParameters,
  paraphraseWarnings
} from '../src/math/paraphrases.js'

/** With fewer prompts the value does not grow with the spread of the replies. */
const FEWEST_PROMPTS = 4

const NOT_MONOTONE: Warning = {
  code: 'not_monotone',
  message: 'The replies are so unlike each other that a larger spread may lower the value; ask more paraphrases.'
}

/** Places of the prompts, padded to `wanted` by going through the paraphrases again, as the paper does. */
function padded(found: number, wanted: number): readonly number[] {
  const places = Array.from({ length: found }, (_, i) => i)
  const repeated = found === 1 ? [0] : places.slice(1)
  return [...places, ...Array.from({ length: Math.max(0, wanted - found) }, (_, i) => repeated[i % repeated.length]!)]
}

function measured(evidence: ParaphraseReplies, { replies }: ReplyStratum, draws: number) {
  const places = padded(evidence.probes.length, evidence.wanted)
  const prompts = rowNormalised(places.map((i) => places.map((j) => affinityOf(evidence.probeSimilarity[i]![j]!))))
  const affinity = evidence.textSimilarity.map((row) => row.map(affinityOf))
  return bootstrapInverseEntropy(
    prompts,
    places.map((place) => replies[place]!),
    affinity,
    draws,
    evidence.seed
  )
}

function check({ probes, wanted, strata }: ParaphraseReplies): void {
  if (wanted < FEWEST_PROMPTS || probes.length < 2) {
    throw new Unscorable(
      'needs_paraphrases',
      `At least ${FEWEST_PROMPTS - 1} paraphrases must be asked for and one found.`
    )
  }
  if (strata.length === 0 || strata.some(({ replies }) => replies.some((list) => list.length === 0))) {
    throw new Unscorable('needs_replies', 'Every wording of the question needs a reply.')
  }
}

/**
 * −Σ_i Q_ii ln Q_ii with Q = P_y P_x: P_x are the normalised similarities of m wordings of the question, P_y those of one
 * reply to each, averaged over draws of the replies. The diagonal is low-entropy when alike questions get alike answers.
 * In (0, m/e] and close to ln m in practice: compare only at equal m, and by rank. Similarity is (1 + cos)/2 as in the
 * paper (its code takes |cos|, which calls opposite vectors equal), and draws follow the request's seed. Every temperature
 * listed has a value of its own; the score is that of the first.
 */
export default defineScorer({
  name: 'inv_entropy',
  summary: 'How widely the answers spread when the question is put in other words (inverse entropy).',
  reference: 'Song et al. 2025, arXiv 2506.09684',
  needs: ['paraphrases.replies'],
  unit: 'nats',
  range: [0, null],
  direction: 'higher_is_more_uncertain',
  cost: { generations: 50, entailment_pairs: 0, embeddings: 60 },
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      ...PARAPHRASE_OPTIONS,
      replies: { type: 'integer', minimum: 1, maximum: 10, default: 5, description: 'Replies to each wording.' },
      temperatures: {
        type: 'array',
        items: { type: 'number', exclusiveMinimum: 0, maximum: 2 },
        minItems: 1,
        maxItems: 5,
        uniqueItems: true,
        default: [0.7],
        description: 'Temperatures of the replies; the value is that of the first, the detail tells whether it rises.'
      },
      bootstraps: { type: 'integer', minimum: 1, maximum: 200, default: 30, description: 'Draws of one reply each.' }
    }
  },
  parameters: (options) => ({
    ...paraphraseParameters(options),
    'paraphrases.replies': {
      replies: options.replies as number,
      temperatures: options.temperatures as readonly number[]
    }
  }),
  score({ 'paraphrases.replies': evidence }, options) {
    check(evidence)
    const results = evidence.strata.map((stratum) => ({
      temperature: stratum.temperature,
      ...measured(evidence, stratum, options.bootstraps as number)
    }))
    const first = results[0]!
    const ascending = results.toSorted((a, b) => a.temperature - b.temperature)
    const isMonotone = first.largestReturn <= 1 / Math.E
    return {
      value: first.value,
      range: [0, evidence.wanted / Math.E],
      detail: {
        prompts: evidence.wanted,
        distinct_replies: evidence.texts.length,
        ni_entropy: first.niEntropy,
        wasserstein: first.wasserstein,
        max_reply_probability: first.maxReplyProbability,
        by_temperature: results.map(({ temperature, value }) => ({ temperature, value })),
        tsu_pass: risesThroughout(ascending.map(({ value }) => value)),
        ...paraphraseDetail(evidence)
      },
      warnings: [...paraphraseWarnings(evidence), ...(isMonotone ? [] : [NOT_MONOTONE])]
    }
  }
})
