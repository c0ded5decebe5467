import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

/**
 * Calls `tell` once for every request: when its answer has gone out, or when the connection closes before that, which
 * Fastify's `onResponse` does not tell.
 */
export function whenOver(app: FastifyInstance, tell: (request: FastifyRequest, reply: FastifyReply) => void): void {
  const told = new WeakSet<FastifyReply>()
  const once = (request: FastifyRequest, reply: FastifyReply): void => {
    if (told.has(reply)) return
    told.add(reply)
    tell(request, reply)
  }
  app.addHook('onRequest', (request, reply, done) => {
    reply.raw.once('close', () => once(request, reply))
    done()
  })
  app.addHook('onResponse', (request, reply, done) => {
    once(request, reply)
    done()
  })
}
