/** Scores that wait to be written: the answer never waits for the store. */

/** A list that forgets its oldest entries when it is full, and counts them. */
export class Pending<T> {
  readonly #most: number
  #entries: T[] = []
  #lost = 0

  constructor(most: number) {
    this.#most = most
  }

  get size(): number {
    return this.#entries.length
  }

  /** Entries forgotten since the start. */
  get lost(): number {
    return this.#lost
  }

  add(entry: T): void {
    this.#entries.push(entry)
    this.#trim()
  }

  /** The oldest entries, `count` at most; they are no longer here. */
  take(count: number): readonly T[] {
    return this.#entries.splice(0, count)
  }

  /** Puts back what could not be written, before everything that came since. */
  putBack(entries: readonly T[]): void {
    this.#entries.unshift(...entries)
    this.#trim()
  }

  #trim(): void {
    const surplus = this.#entries.length - this.#most
    if (surplus <= 0) return
    this.#entries.splice(0, surplus)
    this.#lost += surplus
  }
}
