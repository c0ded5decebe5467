/** Samples grouped by meaning (formulas.md §3.2): first match against the first member of every group. */
import { mayMatch, meaningKey, sameMeaning } from '../../math/clusters.js'
import type { Clusters, EntailmentRule, Generation } from '../../scorer.js'
import type { Comparisons } from './comparisons.js'

/** Takes samples as they finish, yet strictly in their order, so that the groups never depend on timing. */
export async function gatherClusters(
  samples: AsyncIterable<Generation> | Iterable<Promise<Generation>>,
  comparisons: Comparisons,
  rule: EntailmentRule
): Promise<Clusters> {
  const clustering = new Clustering(comparisons, rule)
  const assignment: number[] = []
  for await (const { text } of samples) assignment.push(await clustering.add(text))
  return { rule, assignment, count: clustering.count }
}

/** Groups texts one after another. Duplicates join without a comparison; at most 2 · K comparisons per new text. */
export class Clustering {
  readonly #comparisons: Comparisons
  readonly #rule: EntailmentRule
  /** Index of the first member of every group. */
  readonly #representatives: number[] = []
  readonly #clusterOfKey = new Map<string, number>()
  #size = 0

  constructor(comparisons: Comparisons, rule: EntailmentRule) {
    this.#comparisons = comparisons
    this.#rule = rule
  }

  /** Groups so far. */
  get count(): number {
    return this.#representatives.length
  }

  /** The group of the next sample, 0-based in order of first member. Await it before the next one. */
  async add(text: string): Promise<number> {
    const i = this.#size++
    this.#comparisons.add(i, text)
    const key = meaningKey(text)
    const known = this.#clusterOfKey.get(key) ?? (await this.#firstMatch(i))
    const cluster = known ?? this.#representatives.push(i) - 1
    this.#clusterOfKey.set(key, cluster)
    return cluster
  }

  /**
   * The oldest group whose first member means the same as sample `i`; null when there is none. Groups are asked in
   * slices of 1, 2, 4, …: most samples of a confident model match one of the first, and the rest is spared.
   */
  async #firstMatch(i: number): Promise<number | null> {
    for (let from = 0, size = 1; from < this.#representatives.length; from += size, size *= 2) {
      const found = await this.#matchAmong(this.#representatives.slice(from, from + size), i)
      if (found !== null) return from + found
    }
    return null
  }

  /** Index of the first representative that matches. Backward comparisons are made only where they can still matter. */
  async #matchAmong(representatives: readonly number[], i: number): Promise<number | null> {
    const forward = await this.#comparisons.compare(representatives.map((premise) => ({ premise, hypothesis: i })))
    const open = representatives.map((_, at) => at).filter((at) => mayMatch(forward[at]!, this.#rule))
    const pairs = open.map((at) => ({ premise: i, hypothesis: representatives[at]! }))
    const backward = await this.#comparisons.compare(pairs)
    return open.find((at, k) => sameMeaning(forward[at]!, backward[k]!, this.#rule)) ?? null
  }
}
