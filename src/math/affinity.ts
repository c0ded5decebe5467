/** How close answers are to each other, as the graph scores of Lin et al. 2023 measure it (formulas.md §4.3). */
import type {
  Affinity,
  AffinityMeasure,
  Entailment,
  EvidenceParameters,
  Generation,
  Options,
  Warning
} from '../scorer.js'
import { COMPARED_WORDS } from './lexical.js'
import { tempered } from './nli.js'
import { truncatedSamples } from './sequence.js'

/** Temperature of the classifier in graph scores, as their authors and TruthTorchLM have it; lm-polygraph uses 1. */
const TEMPERATURE = 3

/** What applies to `affinity` when a scorer names nothing. */
export const DEFAULT_AFFINITY = { of: 'entailment', temperature: TEMPERATURE } as const

/** Options that every graph score offers. */
export const AFFINITY_OPTIONS = {
  affinity: {
    type: 'string',
    enum: ['entailment', 'contradiction', 'jaccard'],
    default: DEFAULT_AFFINITY.of,
    description:
      'How close two answers are: probability of entailment, of no contradiction, or their share of common words.'
  },
  temperature: {
    type: 'number',
    exclusiveMinimum: 0,
    maximum: 100,
    default: TEMPERATURE,
    description: 'Flattens the class probabilities of the comparisons; 1 leaves them. Unused by jaccard.'
  }
} as const

/** What those options ask of the evidence. */
export function affinityParameters(options: Options): EvidenceParameters {
  return { affinity: { of: options.affinity as AffinityMeasure, temperature: options.temperature as number } }
}

/** What a reader must know of a score of a graph. */
export function affinityWarnings({ cut }: Affinity, samples: readonly Generation[]): Warning[] {
  const message = `Only the first ${COMPARED_WORDS} words of a sample were compared.`
  return [...(cut ? [{ code: 'long_samples_cut', message }] : []), ...truncatedSamples(samples)]
}

/**
 * Symmetric weights in [0, 1] from directed comparisons: the mean of both directions of P(entailment), or of
 * 1 − P(contradiction). An answer is 1 to itself; lm-polygraph takes what the classifier says of that.
 */
export function entailmentAffinity(
  matrix: readonly (readonly Entailment[])[],
  of: 'entailment' | 'contradiction',
  temperature: number
): number[][] {
  const directed = matrix.map((row) =>
    row.map((verdict) => {
      const { entailment, contradiction } = tempered(verdict, temperature)
      return of === 'entailment' ? entailment : 1 - contradiction
    })
  )
  return directed.map((row, i) => row.map((weight, j) => (i === j ? 1 : (weight + directed[j]![i]!) / 2)))
}

/** Shared words over all words of two texts, each word once, in [0, 1]. Two texts without words are alike: 1. */
export function jaccard(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const [smaller, larger] = a.size < b.size ? [a, b] : [b, a]
  const shared = [...smaller].filter((word) => larger.has(word)).length
  const all = a.size + b.size - shared
  return all === 0 ? 1 : shared / all
}
