/**
 * Jobs in, batches out. A job is a list of inputs; equal inputs are computed once whoever asks for them, joined while
 * they wait or run and remembered afterwards. The next batch is cut when the model is free, never by a timer.
 */
import { LRUCache } from 'lru-cache'
import type { Reply } from '../worker-service.js'
import { LengthBuckets } from './length-buckets.js'
import type { BatchLimits } from './length-buckets.js'
import type { Sequence } from './sequence.js'

/** What the batcher needs of a model: `I` is an input, `R` its result. */
export interface BatchModel<I, R> {
  /** Equal keys mean equal results. */
  key(input: I): string
  encode(input: I): Sequence
  /** Results of sequences of one padded length, in order. */
  run(batch: readonly Sequence[]): Promise<readonly R[]>
  /** Memory that one remembered result takes. */
  readonly resultBytes: number
}

export interface BatcherSettings extends BatchLimits {
  /** Memory for remembered results. */
  readonly cacheBytes: number
}

export interface BatcherStats {
  readonly waiting: number
  readonly running: number
  readonly cancelled: number
  readonly cacheHits: number
  readonly cacheMisses: number
}

/** One input to be computed, and the jobs that want it. */
interface Entry<R> {
  readonly key: string
  readonly sequence: Sequence
  readonly paddedLength: number
  readonly takers: Set<Taker<R>>
}

/** One job: the slots that still lack a result, by key, and the results so far. */
interface Taker<R> {
  readonly slots: Map<string, number[]>
  readonly results: R[]
  readonly reply: Reply
}

/** The queue of one encoder. */
export class Batcher<I, R extends object> {
  readonly #model: BatchModel<I, R>
  readonly #queue: LengthBuckets<Entry<R>>
  readonly #known: LRUCache<string, R>
  readonly #entries = new Map<string, Entry<R>>()
  #pumping: Promise<void> | null = null
  #closed = false
  #running = 0
  #cancelled = 0
  #cacheHits = 0
  #cacheMisses = 0

  constructor(model: BatchModel<I, R>, settings: BatcherSettings) {
    this.#model = model
    this.#queue = new LengthBuckets(settings)
    this.#known = new LRUCache({
      maxSize: settings.cacheBytes,
      sizeCalculation: (_result, key) => model.resultBytes + 2 * key.length
    })
  }

  /** Answers with one result per input, in order. Cancelling drops what no other job wants and is not running yet. */
  submit(inputs: readonly I[], reply: Reply): { cancel(): void } {
    const taker: Taker<R> = { slots: new Map(), results: [], reply }
    inputs.forEach((input, slot) => {
      this.#claim(taker, input, slot)
    })
    if (taker.slots.size === 0) reply.done(taker.results)
    else this.#pumping ??= this.#pump()
    return {
      cancel: () => {
        this.#cancel(taker)
      }
    }
  }

  stats(): BatcherStats {
    return {
      waiting: this.#queue.size,
      running: this.#running,
      cancelled: this.#cancelled,
      cacheHits: this.#cacheHits,
      cacheMisses: this.#cacheMisses
    }
  }

  /** Starts no further batch and waits for the running one. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#pumping
  }

  #claim(taker: Taker<R>, input: I, slot: number): void {
    const key = this.#model.key(input)
    const known = this.#known.get(key)
    if (known === undefined) this.#wait(taker, this.#entries.get(key) ?? this.#enqueue(key, input), slot)
    else taker.results[slot] = known
    if (known !== undefined) this.#cacheHits += 1
  }

  #wait(taker: Taker<R>, entry: Entry<R>, slot: number): void {
    if (entry.takers.size > 0) this.#cacheHits += 1
    entry.takers.add(taker)
    const slots = taker.slots.get(entry.key)
    if (slots === undefined) taker.slots.set(entry.key, [slot])
    else slots.push(slot)
  }

  #enqueue(key: string, input: I): Entry<R> {
    const sequence = this.#model.encode(input)
    const entry: Entry<R> = { key, sequence, paddedLength: sequence.paddedLength, takers: new Set() }
    this.#cacheMisses += 1
    this.#entries.set(key, entry)
    this.#queue.add(entry)
    return entry
  }

  /** Waits one turn first, so that everything that has already arrived shares the first batch. */
  async #pump(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve))
    while (this.#queue.size > 0 && !this.#closed) await this.#step(this.#queue.cut())
    this.#pumping = null
  }

  async #step(batch: readonly Entry<R>[]): Promise<void> {
    this.#running = batch.length
    const outcome = await this.#model.run(batch.map((entry) => entry.sequence)).catch((error: unknown) => ({ error }))
    this.#running = 0
    for (const [row, entry] of batch.entries()) {
      if ('error' in outcome) this.#fail(entry, outcome.error)
      else this.#settle(entry, outcome[row]!)
    }
  }

  #settle(entry: Entry<R>, result: R): void {
    this.#entries.delete(entry.key)
    this.#known.set(entry.key, result)
    for (const taker of entry.takers) {
      for (const slot of taker.slots.get(entry.key) ?? []) taker.results[slot] = result
      taker.slots.delete(entry.key)
      if (taker.slots.size === 0) taker.reply.done(taker.results)
    }
  }

  #fail(entry: Entry<R>, error: unknown): void {
    this.#entries.delete(entry.key)
    for (const taker of entry.takers) {
      this.#release(taker)
      taker.reply.fail(error)
    }
  }

  #cancel(taker: Taker<R>): void {
    if (taker.slots.size === 0) return
    this.#cancelled += 1
    this.#release(taker)
  }

  /** Gives up a job's claims; entries that nobody else wants leave the queue. */
  #release(taker: Taker<R>): void {
    for (const key of taker.slots.keys()) {
      const entry = this.#entries.get(key)
      entry?.takers.delete(taker)
      if (entry?.takers.size === 0 && this.#queue.remove(entry)) this.#entries.delete(key)
    }
    taker.slots.clear()
  }
}
