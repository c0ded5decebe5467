import { components, sameMeaning } from '../../math/clusters.js'
import type { Clusters, EntailmentRule, Generation } from '../../scorer.js'
import { collect } from '../generation/samples.js'
import type { Sources } from '../kind.js'
import { gatherEntailment } from './entailment.js'

/** Rules by which meanings are what is linked, directly or through others, instead of by first match. */
export const LINKING_RULES: ReadonlySet<EntailmentRule> = new Set(['probability'])

/** Groups of samples that are linked (formulas.md §4.2): every pair is compared, and the order plays no part. */
export async function gatherLinked(
  samples: AsyncIterable<Generation>,
  rule: EntailmentRule,
  sources: Sources
): Promise<Clusters> {
  const texts = (await collect(samples)).map(({ text }) => text)
  const matrix = await gatherEntailment(texts, sources)
  const assignment = components(texts.length, (a, b) => sameMeaning(matrix[a]![b]!, matrix[b]![a]!, rule))
  return { rule, assignment, count: new Set(assignment).size }
}
