/** K/V of prompts that were prefilled lately, least recently used out first, within a byte budget. */
import { LRUCache } from 'lru-cache'
import type { Slab } from './slab.js'

export interface CachedPrompt {
  readonly ids: readonly number[]
  /** One slot with the K/V of all `ids`. */
  readonly slab: Slab
}

function sharedPrefix(a: readonly number[], b: readonly number[]): number {
  const end = Math.min(a.length, b.length)
  let at = 0
  while (at < end && a[at] === b[at]) at++
  return at
}

export class PromptCache {
  readonly #entries: LRUCache<string, CachedPrompt> | null
  hits = 0
  misses = 0

  /** A budget of 0 keeps nothing. */
  constructor(maxBytes: number) {
    this.#entries =
      maxBytes > 0 ? new LRUCache({ maxSize: maxBytes, sizeCalculation: (entry) => entry.slab.bytes }) : null
  }

  get bytes(): number {
    return this.#entries?.calculatedSize ?? 0
  }

  /** The entry that shares the longest prefix with `ids`, and the length of it, at most `limit`; null when none helps. */
  longestPrefix(
    ids: readonly number[],
    limit: number
  ): { readonly prompt: CachedPrompt; readonly length: number } | null {
    let best: CachedPrompt | null = null
    let length = 0
    for (const entry of this.#entries?.values() ?? []) {
      const shared = Math.min(limit, sharedPrefix(entry.ids, ids))
      if (shared > length) [best, length] = [entry, shared]
    }
    if (best === null) {
      this.misses++
      return null
    }
    this.hits++
    this.#entries?.get(best.ids.join(','))
    return { prompt: best, length }
  }

  add(prompt: CachedPrompt): void {
    this.#entries?.set(prompt.ids.join(','), prompt)
  }
}
