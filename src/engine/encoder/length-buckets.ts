/** Waiting entries by padded length; knows neither models nor threads. */
export interface Sized {
  readonly paddedLength: number
}

export interface BatchLimits {
  /** Rows times padded length. An entry that is longer than this goes alone. */
  readonly maxBatchTokens: number
  readonly maxRows: number
}

/**
 * A queue that is cut into batches of one padded length each. The oldest entry always goes into the next batch and
 * takes along the next ones of its own length, so nothing waits for ever and nothing is padded to its neighbour.
 */
export class LengthBuckets<E extends Sized> {
  readonly #limits: BatchLimits
  /** By padded length, then entries in order of arrival with their arrival numbers. */
  readonly #buckets = new Map<number, Map<E, number>>()
  #size = 0
  #arrivals = 0

  constructor(limits: BatchLimits) {
    this.#limits = limits
  }

  get size(): number {
    return this.#size
  }

  add(entry: E): void {
    const bucket = this.#buckets.get(entry.paddedLength) ?? new Map<E, number>()
    this.#buckets.set(entry.paddedLength, bucket.set(entry, this.#arrivals++))
    this.#size += 1
  }

  /** Takes out an entry that is no longer wanted; false when it is not waiting. */
  remove(entry: E): boolean {
    const bucket = this.#buckets.get(entry.paddedLength)
    if (bucket?.delete(entry) !== true) return false
    this.#size -= 1
    if (bucket.size === 0) this.#buckets.delete(entry.paddedLength)
    return true
  }

  /** Takes out the next batch, oldest first; empty when nothing waits. */
  cut(): readonly E[] {
    const [paddedLength, bucket] = this.#oldestBucket() ?? []
    if (paddedLength === undefined || bucket === undefined) return []
    const fitting = Math.max(1, Math.floor(this.#limits.maxBatchTokens / paddedLength))
    const batch = [...bucket.keys()].slice(0, Math.min(fitting, this.#limits.maxRows))
    for (const entry of batch) this.remove(entry)
    return batch
  }

  #oldestBucket(): readonly [number, ReadonlyMap<E, number>] | null {
    let oldest: readonly [number, ReadonlyMap<E, number>] | null = null
    let earliest = Infinity
    for (const candidate of this.#buckets) {
      const [arrival] = candidate[1].values()
      if (arrival === undefined || arrival >= earliest) continue
      oldest = candidate
      earliest = arrival
    }
    return oldest
  }
}
