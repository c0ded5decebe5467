import type { ServerResponse } from 'node:http'
import { QualmError } from '../errors.js'

const clientGone = () => new QualmError('QUALM_ERR_CLIENT_GONE', 'The client closed the connection.')

/**
 * The requests that are being answered and can be called off, each with a signal that fires when nobody waits for the
 * answer any more.
 * Fastify's `request.signal` is of no use here: on a POST over a real socket it fires as soon as the body is read.
 */
export class ActiveRequests {
  readonly #controllers = new Map<ServerResponse, AbortController>()

  get size(): number {
    return this.#controllers.size
  }

  /** Fires with QUALM_ERR_CLIENT_GONE as reason when the connection closes early, or with the reason of `abortAll`. */
  signalOf(response: ServerResponse): AbortSignal {
    const known = this.#controllers.get(response)
    if (known !== undefined) return known.signal
    if (response.destroyed && !response.writableFinished) return AbortSignal.abort(clientGone())
    const controller = new AbortController()
    this.#controllers.set(response, controller)
    response.once('close', () => {
      this.#controllers.delete(response)
      if (!response.writableFinished) controller.abort(clientGone())
    })
    return controller.signal
  }

  abortAll(reason: QualmError): void {
    for (const controller of this.#controllers.values()) controller.abort(reason)
  }
}
