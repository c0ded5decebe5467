import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { QualmError } from '../errors.js'

interface KnownPath {
  readonly pattern: RegExp
  readonly methods: Set<string>
}

/** Where clients of OpenAI's API ask; under `/v1/` it has more than Qualm, and fewer names of its own. */
const OPENAI =
  /^\/v1\/(assistants|audio|batches|chat|completions|conversations|embeddings|files|fine_tuning|images|moderations|realtime|responses|threads|uploads|vector_stores|videos)(\/|$)/u

const CHAT = '/v1/chat/completions'

const pathOf = ({ url }: FastifyRequest): string => url.split('?', 1)[0]!

/** Whether a client of OpenAI's API asks, who understands its error objects alone. */
export function speaksOpenAi(request: FastifyRequest): boolean {
  return request.routeOptions.config.speaksOpenAi === true || (request.is404 && OPENAI.test(pathOf(request)))
}

function unknownPath(path: string): QualmError {
  const hint = path === `${CHAT}/` ? `POST ${CHAT} has no slash at its end.` : `POST ${CHAT} answers chats.`
  const what = OPENAI.test(path) ? `Qualm does not have this path of OpenAI's API. ${hint}` : 'No such path.'
  return new QualmError('QUALM_ERR_NOT_FOUND', `${what} GET /openapi.json lists what there is.`)
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
  const refusal = (request: FastifyRequest, reply: FastifyReply): QualmError => {
    const path = pathOf(request)
    const known = [...paths.values()].filter(({ pattern }) => pattern.test(path))
    const methods = known.flatMap((entry) => [...entry.methods])
    if (methods.length === 0) return unknownPath(path)
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
