/** Samples grouped by meaning (formulas.md §3.2): first match against the first member of every group. */
import { mayMatch, meaningKey, sameMeaning } from '../math/clusters.js'
import type { Clusters, EntailmentRule, Generation } from '../scorer.js'
import type { Comparisons } from './comparisons.js'

/**
 * Takes samples as they finish, yet strictly in their order, so that the groups never depend on timing. Duplicates
 * join without a comparison. At most 2 · K calls per new text, K the groups so far.
 */
export async function gatherClusters(
  samples: readonly Promise<Generation>[],
  comparisons: Comparisons,
  rule: EntailmentRule
): Promise<Clusters> {
  const representatives: number[] = []
  const clusterOfKey = new Map<string, number>()
  const assignment: number[] = []
  for (const [i, sample] of samples.entries()) {
    const { text } = await sample
    comparisons.add(i, text)
    const key = meaningKey(text)
    const cluster =
      clusterOfKey.get(key) ?? (await firstMatch(representatives, i, comparisons, rule)) ?? representatives.push(i) - 1
    clusterOfKey.set(key, cluster)
    assignment.push(cluster)
  }
  return { rule, assignment, count: representatives.length }
}

/** The oldest group whose first member means the same as sample `i`; null when there is none. */
async function firstMatch(
  representatives: readonly number[],
  i: number,
  comparisons: Comparisons,
  rule: EntailmentRule
): Promise<number | null> {
  if (representatives.length === 0) return null
  const forward = await comparisons.compare(representatives.map((premise) => ({ premise, hypothesis: i })))
  const open = representatives.map((_, cluster) => cluster).filter((cluster) => mayMatch(forward[cluster]!, rule))
  if (open.length === 0) return null
  const backward = await comparisons.compare(
    open.map((cluster) => ({ premise: i, hypothesis: representatives[cluster]! }))
  )
  return open.find((cluster, k) => sameMeaning(forward[cluster]!, backward[k]!, rule)) ?? null
}
