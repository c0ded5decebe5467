/**
 * The gate before the models: so many requests run, so many wait, the next one is told at once. A request that would
 * wait beyond its deadline is refused when it comes, not when the deadline has passed.
 */
import { QualmError, type ErrorCode } from '../errors.js'
import { systemClock, type Clock } from './clock.js'

export interface AdmissionSettings {
  /** Requests that run at once. */
  readonly maxActive: number
  /** Requests that may wait. */
  readonly queueLimit: number
  readonly now?: Clock['now']
  readonly after?: Clock['after']
  /** Told how long each admitted request waited. */
  readonly onWait?: (waitMs: number) => void
}

export interface AcquireOptions {
  /** Leaves the queue at once when it fires. */
  readonly signal: AbortSignal
  /** Predicted running time of the request. */
  readonly costMs: number
  /** Time from now until an answer is of no use; null: any time. */
  readonly deadlineMs: number | null
}

/** Gives the place back. Calling it again does nothing. */
export type Release = () => void

export interface AdmissionStats {
  readonly active: number
  readonly waiting: number
  /** Refused on arrival: queue full, or wait too long. */
  readonly rejected: number
  readonly timedOut: number
  /** Waits of the latest admitted requests, oldest first. */
  readonly waitMs: readonly number[]
}

export interface Admission {
  /**
   * A place, first come, first served. The decision to refuse is made before it returns. Rejects with
   * QUALM_ERR_QUEUE_FULL (with seconds to retry after), QUALM_ERR_QUEUE_TIMEOUT, or the reason of the signal.
   */
  acquire(options: AcquireOptions): Promise<Release>
  stats(): AdmissionStats
}

interface Waiter {
  readonly costMs: number
  readonly sinceMs: number
  admit(): void
  refuse(error: unknown): void
}

interface Running {
  readonly costMs: number
  readonly startedMs: number
}

const KEPT_WAITS = 1024
const LONGEST_RETRY_SECONDS = 60
/** Weight of the newest request in the running means of actual and predicted time. */
const NEWEST_WEIGHT = 0.2

/** Builds a gate. `now` and `after` replace the machine's time in tests. */
export function createAdmission(settings: AdmissionSettings): Admission {
  return new Gate(settings)
}

class Gate implements Admission {
  readonly #settings: AdmissionSettings
  readonly #now: Clock['now']
  readonly #after: Clock['after']
  readonly #active = new Set<Running>()
  readonly #waiting = new Set<Waiter>()
  readonly #waits: number[] = []
  /** Means of what the latest requests took and were predicted to take; null before the first has ended. */
  #seen: { readonly actualMs: number; readonly costMs: number } | null = null
  #rejected = 0
  #timedOut = 0

  constructor(settings: AdmissionSettings) {
    this.#settings = settings
    this.#now = settings.now ?? systemClock.now
    this.#after = settings.after ?? systemClock.after
  }

  acquire(options: AcquireOptions): Promise<Release> {
    if (options.signal.aborted) return Promise.reject(options.signal.reason)
    const error = this.#objection(options)
    if (error !== null) {
      this.#rejected++
      return Promise.reject(error)
    }
    if (this.#active.size < this.#settings.maxActive) return Promise.resolve(this.#start(options.costMs, 0))
    return this.#wait(options)
  }

  stats(): AdmissionStats {
    return {
      active: this.#active.size,
      waiting: this.#waiting.size,
      rejected: this.#rejected,
      timedOut: this.#timedOut,
      waitMs: [...this.#waits]
    }
  }

  /** Why a request is refused on arrival; null when it may run or wait. */
  #objection({ deadlineMs }: AcquireOptions): QualmError | null {
    if (this.#active.size < this.#settings.maxActive) return null
    if (this.#waiting.size >= this.#settings.queueLimit) {
      return this.#busy('QUALM_ERR_QUEUE_FULL', `${this.#waiting.size} requests wait already; retry later.`)
    }
    const waitMs = this.#predictedWaitMs()
    if (deadlineMs === null || waitMs <= deadlineMs) return null
    return this.#busy(
      'QUALM_ERR_QUEUE_FULL',
      `The wait would be about ${Math.ceil(waitMs)} ms, longer than the deadline of ${Math.ceil(deadlineMs)} ms.`
    )
  }

  /** What runs and waits ahead, shared by all places, at the speed seen lately. */
  #predictedWaitMs(): number {
    const now = this.#now()
    const ratio = this.#seen === null ? 1 : this.#seen.actualMs / this.#seen.costMs
    let aheadMs = 0
    for (const { costMs, startedMs } of this.#active) aheadMs += Math.max(0, costMs * ratio - (now - startedMs))
    for (const { costMs } of this.#waiting) aheadMs += costMs * ratio
    return aheadMs / this.#settings.maxActive
  }

  #wait({ signal, costMs, deadlineMs }: AcquireOptions): Promise<Release> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#waiting.delete(waiter)
        signal.removeEventListener('abort', abort)
        cancelTimer()
      }
      const waiter: Waiter = {
        costMs,
        sinceMs: this.#now(),
        admit: () => {
          leave()
          resolve(this.#start(costMs, this.#now() - waiter.sinceMs))
        },
        refuse: (error) => {
          leave()
          reject(error as Error)
        }
      }
      const abort = (): void => waiter.refuse(signal.reason)
      const cancelTimer =
        deadlineMs === null
          ? () => undefined
          : this.#after(deadlineMs, () => {
              this.#timedOut++
              waiter.refuse(
                this.#busy(
                  'QUALM_ERR_QUEUE_TIMEOUT',
                  `The deadline of ${Math.ceil(deadlineMs)} ms passed in the queue.`
                )
              )
            })
      signal.addEventListener('abort', abort, { once: true })
      this.#waiting.add(waiter)
    })
  }

  #start(costMs: number, waitMs: number): Release {
    const running = { costMs, startedMs: this.#now() }
    this.#active.add(running)
    if (this.#waits.push(waitMs) > KEPT_WAITS) this.#waits.shift()
    this.#settings.onWait?.(waitMs)
    return () => {
      if (!this.#active.delete(running)) return
      this.#learn(this.#now() - running.startedMs, costMs)
      this.#waiting.values().next().value?.admit()
    }
  }

  /** Times are averaged, not their ratios: a request of next to no cost that took long would drown all others. */
  #learn(actualMs: number, costMs: number): void {
    const { actualMs: before, costMs: predicted } = this.#seen ?? { actualMs: costMs, costMs: Math.max(1, costMs) }
    this.#seen = {
      actualMs: before + NEWEST_WEIGHT * (actualMs - before),
      costMs: Math.max(1, predicted + NEWEST_WEIGHT * (costMs - predicted))
    }
  }

  #busy(code: ErrorCode, message: string): QualmError {
    const seconds = Math.ceil(this.#predictedWaitMs() / 1000)
    return new QualmError(code, message, { retryAfterSeconds: Math.min(LONGEST_RETRY_SECONDS, Math.max(1, seconds)) })
  }
}
