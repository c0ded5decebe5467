import type { FastifyInstance } from 'fastify'
import { QualmError } from '../errors.js'

/** `draining`: still answering, asking everyone to go elsewhere. `refusing`: only finishing what was begun. */
export type DrainPhase = 'serving' | 'draining' | 'refusing'

/** How far the service is on its way down. */
export class Drain {
  #phase: DrainPhase = 'serving'

  get phase(): DrainPhase {
    return this.#phase
  }

  begin(): void {
    if (this.#phase === 'serving') this.#phase = 'draining'
  }

  refuse(): void {
    this.#phase = 'refusing'
  }
}

/** The error of requests that arrive, or still run, when the service must end. */
export const draining = (): QualmError =>
  new QualmError('QUALM_ERR_DRAINING', 'Qualm is shutting down; ask another replica.', { retryAfterSeconds: 1 })

/**
 * Without `Connection: close` on the last answers a graceful stop waits for kept-alive sockets until they time out,
 * 72 seconds by default (fastify/fastify#7044). A streamed answer sent its headers earlier: its socket is closed when
 * it is idle.
 */
export function closeConnectionsWhileDraining(app: FastifyInstance, drain: Drain): void {
  app.addHook('onRequest', (_request, _reply, done) => {
    done(drain.phase === 'refusing' ? draining() : undefined)
  })
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (drain.phase !== 'serving') reply.header('connection', 'close')
    done(null, payload)
  })
  app.addHook('onResponse', (_request, _reply, done) => {
    if (drain.phase !== 'serving') setImmediate(() => app.server.closeIdleConnections())
    done()
  })
}
