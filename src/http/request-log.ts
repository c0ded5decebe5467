import type { FastifyInstance } from 'fastify'
import type { Metrics } from './metrics.js'

/** Probes and scrapes come every few seconds and say nothing. */
const QUIET: ReadonlySet<string> = new Set(['/livez', '/readyz', '/version', '/metrics'])

/**
 * One line and one observation per request, when its answer has gone out. The line names the route, never the URL,
 * because a URL is the caller's text.
 */
export function observeRequests(app: FastifyInstance, metrics: Metrics): void {
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.is404 ? 'unmatched' : (request.routeOptions.url ?? 'unmatched')
    const facts = {
      method: request.method,
      route,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 10) / 10,
      ...(reply.problemCode === null ? {} : { code: reply.problemCode }),
      ...(reply.raw.writableFinished ? {} : { client_gone: true })
    }
    metrics.request({ method: facts.method, route, status: facts.status, seconds: reply.elapsedTime / 1000 })
    request.log[QUIET.has(route) ? 'debug' : 'info'](facts, 'answered')
    done()
  })
}

/** Logs bodies and results, which hold prompts and answers. Only for operators who asked for it. */
export function logContents(app: FastifyInstance): void {
  app.addHook('preSerialization', async (request, _reply, payload: unknown) => {
    if (request.method === 'POST') request.log.info({ body: request.body, result: payload }, 'content')
    return payload
  })
}
