import type { FastifyInstance, FastifyRequest } from 'fastify'
import { finite } from './finite.js'

/**
 * Null when every number is finite. Otherwise the payload with nulls and a warning that says where, after a log line
 * and a count: it means a bug on our side, and the caller must not read a hole as a value.
 */
export function noteHoles(payload: unknown, request: FastifyRequest): unknown {
  const { payload: whole, pointers } = finite(payload)
  if (pointers.length === 0) return null
  request.server.metrics.notFinite(pointers.length)
  request.log.error({ pointers }, 'numbers that are not finite were replaced by null')
  if (typeof whole !== 'object' || whole === null) return whole
  const { warnings } = whole as { warnings?: unknown }
  const warning = { code: 'not_finite', message: `No finite number at ${pointers.join(', ')}; null stands there.` }
  return Array.isArray(warnings) ? { ...whole, warnings: [...(warnings as unknown[]), warning] } : whole
}

/**
 * Guards every JSON answer. With holes the schema's serialiser is left out: it would write 0 for a null that it does
 * not expect.
 */
export function guardNumbers(app: FastifyInstance): void {
  app.addHook('preSerialization', (request, reply, payload, done) => {
    const noted = noteHoles(payload, request)
    if (noted !== null) reply.serializer((whole: unknown) => JSON.stringify(whole))
    done(null, noted ?? payload)
  })
}
