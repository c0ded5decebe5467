import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { QualmError } from '../errors.js'

interface KnownPath {
  readonly pattern: RegExp
  readonly methods: Set<string>
}

const unknownPath = () => new QualmError('QUALM_ERR_NOT_FOUND', 'No such path; GET /openapi.json lists them.')

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
  const refusal = (request: FastifyRequest, reply: FastifyReply): QualmError => {
    const path = request.url.split('?', 1)[0]!
    const known = [...paths.values()].filter(({ pattern }) => pattern.test(path))
    const methods = known.flatMap((entry) => [...entry.methods])
    if (methods.length === 0) return unknownPath()
    const allowed = [...new Set(methods)].sort().join(', ')
    reply.header('allow', allowed)
    return new QualmError('QUALM_ERR_METHOD_NOT_ALLOWED', `Use ${allowed}.`)
  }
  app.addHook('onRequest', (request, reply, done) => {
    done(request.is404 ? refusal(request, reply) : undefined)
  })
  app.setNotFoundHandler((request, reply) => {
    throw refusal(request, reply)
  })
}
