/** Work that is done after the answer: bounded, in order of arrival, never awaited by who offers it. */
import { setTimeout as wait } from 'node:timers/promises'

/** Why an item was given up: there was no room, its work failed, or the process ended. */
export type DropReason = 'full' | 'failed' | 'closed'

export interface QueueOptions<T> {
  /** Items that may wait. One more pushes out the oldest. */
  readonly limit: number
  /** Items worked on at once. */
  readonly concurrency: number
  /** Rejects when an item is to be given up. */
  readonly work: (item: T) => Promise<void>
  /** Called once for every item that is given up. */
  readonly onDropped: (reason: DropReason) => void
}

export class BackgroundQueue<T> {
  readonly #options: QueueOptions<T>
  readonly #waiting: T[] = []
  readonly #running = new Set<Promise<void>>()
  #isClosed = false

  constructor(options: QueueOptions<T>) {
    this.#options = options
  }

  /** Takes an item. Never throws and never waits. */
  offer(item: T): void {
    if (this.#isClosed) return this.#options.onDropped('closed')
    this.#waiting.push(item)
    this.#start()
    if (this.#waiting.length <= this.#options.limit) return
    this.#waiting.shift()
    this.#options.onDropped('full')
  }

  /** Takes no more, and resolves when all that waits is done, or after `withinMs` with the rest given up. */
  async close(withinMs: number): Promise<void> {
    this.#isClosed = true
    const over = new AbortController()
    const late = wait(withinMs, undefined, { signal: over.signal }).catch(() => undefined)
    await Promise.race([this.#settled(), late])
    over.abort()
    this.#waiting.splice(0).forEach(() => this.#options.onDropped('closed'))
  }

  #start(): void {
    while (this.#running.size < this.#options.concurrency && this.#waiting.length > 0) {
      const one = this.#work(this.#waiting.shift()!)
      this.#running.add(one)
      void one.then(() => {
        this.#running.delete(one)
        this.#start()
      })
    }
  }

  async #work(item: T): Promise<void> {
    try {
      await this.#options.work(item)
    } catch {
      this.#options.onDropped('failed')
    }
  }

  async #settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running)
  }
}
