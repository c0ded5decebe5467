/** Samples grouped by meaning (formulas.md §3.2): first match against the first member of every group. */
import { mayMatch, meaningKey, sameMeaning } from '../../math/clusters.js'
import type { Clusters, EntailmentRule, Generation } from '../../scorer.js'
import type { Comparisons } from './comparisons.js'

/**
 * Takes samples as they finish, yet strictly in their order, so that the groups never depend on timing. Duplicates
 * join without a comparison. At most 2 · K comparisons per new text, K the groups so far.
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

/**
 * The oldest group whose first member means the same as sample `i`; null when there is none. Groups are asked in slices
 * of 1, 2, 4, …: most samples of a confident model match one of the first, and the rest of the comparisons is spared.
 */
async function firstMatch(
  representatives: readonly number[],
  i: number,
  comparisons: Comparisons,
  rule: EntailmentRule
): Promise<number | null> {
  for (let from = 0, size = 1; from < representatives.length; from += size, size *= 2) {
    const found = await matchAmong(representatives.slice(from, from + size), i, comparisons, rule)
    if (found !== null) return from + found
  }
  return null
}

/** Index of the first representative that matches. Backward comparisons are made only where they can still matter. */
async function matchAmong(
  representatives: readonly number[],
  i: number,
  comparisons: Comparisons,
  rule: EntailmentRule
): Promise<number | null> {
  const forward = await comparisons.compare(representatives.map((premise) => ({ premise, hypothesis: i })))
  const open = representatives.map((_, at) => at).filter((at) => mayMatch(forward[at]!, rule))
  const backward = await comparisons.compare(open.map((at) => ({ premise: i, hypothesis: representatives[at]! })))
  return open.find((at, k) => sameMeaning(forward[at]!, backward[k]!, rule)) ?? null
}
