import { DEFAULT_AFFINITY, entailmentAffinity, jaccard } from '../../math/affinity.js'
import { COMPARED_WORDS } from '../../math/lexical.js'
import { words } from '../../math/words.js'
import type { Affinity, ComparisonParameters, EvidenceParameters, Generation } from '../../scorer.js'
import type { Sources } from '../kind.js'

/** What is asked of the affinity, with its defaults. */
export function affinityAsked({ affinity }: EvidenceParameters): NonNullable<ComparisonParameters['affinity']> {
  return affinity ?? DEFAULT_AFFINITY
}

/** How close all samples are to each other. Common words need no model. */
export async function gatherAffinity(get: Sources['get'], parameters: EvidenceParameters): Promise<Affinity> {
  const { of, temperature } = affinityAsked(parameters)
  if (of === 'jaccard') return wordAffinity(await get('samples'))
  return { of, weights: entailmentAffinity(await get('entailment'), of, temperature), cut: false }
}

function wordAffinity(samples: readonly Generation[]): Affinity {
  const read = samples.map(({ text }) => words(text, COMPARED_WORDS))
  const sets = read.map((list) => new Set(list.words))
  return {
    of: 'jaccard',
    weights: sets.map((a, i) => sets.map((b, j) => (i === j ? 1 : jaccard(a, b)))),
    cut: read.some((list) => list.cut)
  }
}
