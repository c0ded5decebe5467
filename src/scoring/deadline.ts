/** One signal per request: the client has gone, the time is up, or a part of the request has failed. */
import type { Clock } from '../engine/clock.js'
import { QualmError } from '../errors.js'

export class Deadline {
  readonly #controller = new AbortController()
  readonly #client: AbortSignal
  readonly #leave: () => void
  readonly #clock: Clock
  #cancelTimer: () => void = () => undefined

  /** `client` fires when the caller leaves. */
  constructor(client: AbortSignal, clock: Clock) {
    this.#client = client
    this.#clock = clock
    this.#leave = () => this.#controller.abort(departure(client.reason))
    if (client.aborted) this.#leave()
    else client.addEventListener('abort', this.#leave, { once: true })
  }

  /** Starts the time. `waitsFor` names the upstream that is waited for when the time is up, or null. */
  limit(deadlineMs: number, waitsFor: () => string | null = () => null): void {
    const end = (): void => this.#controller.abort(late(deadlineMs, waitsFor()))
    this.#cancelTimer = this.#clock.after(deadlineMs, end)
  }

  /** Ends the request, with the error that its caller sees. */
  abort(reason: QualmError): void {
    this.#controller.abort(reason)
  }

  /** Carried by every call of the request; its reason is the error of the request. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** The result of `work`, or the reason of the signal if that comes first. A failure cancels what is under way. */
  async bound<T>(work: () => Promise<T>): Promise<T> {
    const { signal } = this
    signal.throwIfAborted()
    let abort: () => void = () => undefined
    const aborted = new Promise<never>((_, reject) => {
      abort = () => reject(signal.reason as Error)
      signal.addEventListener('abort', abort, { once: true })
    })
    try {
      return await Promise.race([work(), aborted])
    } catch (error) {
      this.#controller.abort(error)
      throw error
    } finally {
      signal.removeEventListener('abort', abort)
    }
  }

  /** Ends the request: nothing of it goes on, whether it went well or not. */
  stop(): void {
    this.#cancelTimer()
    this.#client.removeEventListener('abort', this.#leave)
    this.#controller.abort()
  }
}

function late(deadlineMs: number, upstream: string | null): QualmError {
  const ms = Math.ceil(deadlineMs)
  if (upstream !== null) {
    const message = `The upstream ${upstream} did not answer within the deadline of ${ms} ms.`
    return new QualmError('QUALM_ERR_UPSTREAM_TIMEOUT', message)
  }
  return new QualmError('QUALM_ERR_QUEUE_TIMEOUT', `No answer within the deadline of ${ms} ms.`, {
    retryAfterSeconds: 1
  })
}

/** Why a client's signal fired, as a coded error. */
export function departure(reason: unknown): QualmError {
  if (reason instanceof QualmError) return reason
  return new QualmError('QUALM_ERR_CLIENT_GONE', 'The client closed the connection.', { cause: reason })
}
