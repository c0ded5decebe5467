import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { QualmError } from '../errors.js'

interface KnownPath {
  readonly pattern: RegExp
  readonly methods: Set<string>
}

function patternOf(url: string): RegExp {
  const segments = url.split('/').map((segment) => {
    if (segment.startsWith(':')) return '[^/]+'
    return segment === '*' ? '.*' : segment.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  })
  return new RegExp(`^${segments.join('/')}$`)
}

/**
 * Unknown paths get 404, known paths with another method 405 and Allow. Both are told before a body is read.
 * Register it before the routes.
 */
export function refuseUnknownRoutes(app: FastifyInstance): void {
  const paths = new Map<string, KnownPath>()
  app.addHook('onRoute', ({ url, method }) => {
    const known = paths.get(url) ?? { pattern: patternOf(url), methods: new Set() }
    for (const name of [method].flat()) known.methods.add(name)
    paths.set(url, known)
  })
  const refuse = (request: FastifyRequest, reply: FastifyReply): never => {
    const path = request.url.split('?', 1)[0]!
    const known = [...paths.values()].filter(({ pattern }) => pattern.test(path))
    const methods = known.flatMap((entry) => [...entry.methods])
    if (methods.length === 0) throw new QualmError('QUALM_ERR_NOT_FOUND', 'No such path; GET /openapi.json lists them.')
    const allowed = [...new Set(methods)].sort().join(', ')
    reply.header('allow', allowed)
    throw new QualmError('QUALM_ERR_METHOD_NOT_ALLOWED', `Use ${allowed}.`)
  }
  app.addHook('onRequest', async (request, reply) => {
    if (request.is404) refuse(request, reply)
  })
  app.setNotFoundHandler((request, reply) => refuse(request, reply))
}
