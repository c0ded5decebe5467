import {
  defineScorer,
  Unscorable,
  type Clusters,
  type EntailmentRule,
  type Generation,
  type Scored,
  type Warning
} from '../src/scorer.js'
import { RULE_OPTION } from '../src/math/clusters.js'
import { describeClusters } from '../src/math/cluster-description.js'
import { coverage, millerMadow } from '../src/math/entropy.js'
import {
  clusterMasses,
  countedOnce,
  SEMANTIC_ENTROPIES,
  type SemanticEntropyVariant
} from '../src/math/semantic-entropy.js'
import { sampleTokenWarnings, sequenceLogprob, truncatedSamples } from '../src/math/sequence.js'

type Likelihood = 'mean' | 'sum'

const FALLBACK: Warning = {
  code: 'discrete_fallback',
  message: 'A sample has no log-probabilities, so clusters were weighted by their number of samples.'
}

/** One ln p per sample, or null when a sample's tokens are unknown. */
function logLikelihoods(samples: readonly Generation[], likelihood: Likelihood): number[] | null {
  const known = samples.map((sample) => sequenceLogprob(sample)?.[likelihood]).filter((value) => value !== undefined)
  return known.length === samples.length ? known : null
}

function check(samples: readonly Generation[], clusters: Clusters, includeAnswer: boolean): void {
  if (samples.length < 2) throw new Unscorable('needs_two_samples', 'Agreement needs at least two samples.')
  if (includeAnswer && clusters.answerIncluded !== true) {
    throw new Unscorable('answer_not_included', 'The answer could not be counted among the samples.')
  }
}

/** An entropy is bounded, and at most 1 when scaled; estimates of one are not. */
function rangeOf(variant: SemanticEntropyVariant, isScaled: boolean): Pick<Scored, 'range'> {
  if (variant !== 'rao' && variant !== 'discrete') return { range: [null, null] }
  return isScaled ? { range: [0, 1] } : {}
}

/**
 * Entropy over the meanings of sampled answers: samples that entail each other form a cluster, clusters are weighted by
 * likelihood (`rao`) or by count (`discrete`). 0 when all agree, ln N when no two do. Blind to a mistake that the model
 * repeats every time.
 */
export default defineScorer({
  name: 'semantic_entropy',
  summary: 'Entropy over the different meanings among the sampled answers.',
  reference: 'Farquhar et al. 2024, doi 10.1038/s41586-024-07421-0; Kuhn et al. 2023, arXiv 2302.09664',
  needs: ['samples', 'clusters'],
  unit: 'nats',
  range: [0, null],
  direction: 'higher_is_more_uncertain',
  cost: { generations: 11, entailment_pairs: 90 },
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      variant: {
        type: 'string',
        enum: Object.keys(SEMANTIC_ENTROPIES),
        default: 'rao',
        description: 'rao and discrete are entropies; the others are what earlier papers and libraries compute.'
      },
      likelihood: {
        type: 'string',
        enum: ['mean', 'sum'],
        default: 'mean',
        description: 'Log-probability of a sample: per token, or of the whole text.'
      },
      rule: RULE_OPTION,
      include_answer: { type: 'boolean', default: false, description: 'Count the answer as one more sample.' },
      dedupe: { type: 'boolean', default: false, description: 'Let equal texts weigh once in the likelihoods.' },
      scaled: {
        type: 'boolean',
        default: false,
        description: 'Divide by ln N, the most that N samples can show; with include_answer this is 1 − UQLM.'
      }
    }
  },
  parameters: (options) => ({
    clusters: { rule: options.rule as EntailmentRule },
    ...(options.include_answer === true ? { samples: { includeAnswer: true } } : {})
  }),
  score({ samples, clusters }, options) {
    check(samples, clusters, options.include_answer === true)
    const asked = options.variant as SemanticEntropyVariant
    const known = asked === 'discrete' ? null : logLikelihoods(samples, options.likelihood as Likelihood)
    const variant = known === null ? 'discrete' : asked
    const texts = samples.map(({ text }) => text)
    const weights = known ?? samples.map(() => 0)
    const masses = clusterMasses(clusters.assignment, options.dedupe === true ? countedOnce(texts, weights) : weights)
    const nats = SEMANTIC_ENTROPIES[variant](masses)
    const scaled = Math.min(1, nats / Math.log(samples.length))
    return {
      value: options.scaled === true ? scaled : nats,
      ...rangeOf(variant, options.scaled === true),
      detail: {
        variant,
        likelihood: variant === 'discrete' ? null : options.likelihood,
        rule: clusters.rule,
        nats,
        scaled,
        clusters: describeClusters(texts, clusters.assignment, masses, variant !== 'discrete'),
        samples: samples.length,
        coverage: coverage(masses.sizes),
        miller_madow: millerMadow(masses.sizes)
      },
      warnings: [
        ...(variant === asked ? [] : [FALLBACK]),
        ...truncatedSamples(samples),
        ...(variant === 'discrete' ? [] : sampleTokenWarnings(samples))
      ]
    }
  }
})
