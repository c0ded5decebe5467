import { setTimeout as wait } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import { draining } from './drain.js'
import { UnusedConnections } from './unused-connections.js'

/** Exit codes of the process. `forced`: stopped before all requests were answered. */
export const EXIT = { clean: 0, fault: 1, setup: 2, forced: 3 } as const
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** What is closed after the last answer. A session that is freed in a native run aborts the process: `close` waits. */
export interface Closable {
  close(): Promise<void>
}

export interface ShutdownOptions {
  readonly app: FastifyInstance
  /** Closed in this order once no request is left. */
  readonly resources: readonly Closable[]
  /** Time between not-ready and closing. */
  readonly drainDelayMs: number
  /** Time that running requests then get. */
  readonly drainTimeoutMs: number
}

/** Time that answers of aborted requests get to leave the socket. */
const FLUSH_MS = 250

/**
 * The way down, once: not ready → delay → no new requests → running ones end, or are cut short → resources are
 * closed. It touches no process: the caller exits with the code.
 */
export class Shutdown {
  readonly #options: ShutdownOptions
  readonly #unused: UnusedConnections
  readonly #cut = new AbortController()
  #code: ExitCode = EXIT.clean
  #done: Promise<ExitCode> | null = null

  constructor(options: ShutdownOptions) {
    this.#options = options
    this.#unused = new UnusedConnections(options.app.server)
  }

  /** Begins to stop; a second call stops waiting for requests. All calls resolve with the same code. */
  stop(): Promise<ExitCode> {
    if (this.#done !== null) this.cutShort(EXIT.forced)
    this.#done ??= this.#run()
    return this.#done
  }

  /** Ends running requests at once with 503. The first reason wins. */
  cutShort(code: ExitCode): void {
    if (this.#code === EXIT.clean) this.#code = code
    this.#cut.abort()
  }

  async #run(): Promise<ExitCode> {
    const { app, resources, drainDelayMs, drainTimeoutMs } = this.#options
    app.drain.begin()
    await this.#wait(drainDelayMs, this.#cut.signal)
    app.drain.refuse()
    const closed = app.close()
    this.#unused.close()
    if (!(await this.#inTime(closed, drainTimeoutMs))) await this.#abort(closed)
    for (const resource of resources) await resource.close()
    return this.#code
  }

  async #abort(closed: PromiseLike<unknown>): Promise<void> {
    const { app } = this.#options
    if (app.activeRequests.size > 0) this.cutShort(EXIT.forced)
    app.activeRequests.abortAll(draining())
    await Promise.race([closed, wait(FLUSH_MS)])
    app.server.closeAllConnections()
    await closed
  }

  /** Whether everything was closed before the time was up, or before it was cut short. */
  async #inTime(closed: PromiseLike<unknown>, ms: number): Promise<boolean> {
    const over = new AbortController()
    const late = this.#wait(ms, AbortSignal.any([this.#cut.signal, over.signal])).then(() => false)
    const inTime = await Promise.race([closed.then(() => true), late])
    over.abort()
    return inTime
  }

  /** Waits until the time is up or the signal fires. It keeps the process alive: nothing else may do so by now. */
  async #wait(ms: number, signal: AbortSignal): Promise<void> {
    await wait(ms, undefined, { signal }).catch(() => undefined)
  }
}
