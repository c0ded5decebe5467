import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Metrics } from './metrics.js'
import { whenOver } from './request-end.js'

/** Probes and scrapes come every few seconds and say nothing. */
const QUIET: ReadonlySet<string> = new Set(['/livez', '/readyz', '/version', '/metrics'])

/** As QUALM_ERR_CLIENT_GONE has it. */
const CLIENT_LEFT = 499

/** What became of a request, in the words of its line, and how much that matters to the operator. */
function outcomeOf({ brokeOff, raw }: FastifyReply): { readonly level: 'info' | 'warn'; readonly msg: string } {
  if (brokeOff) return { level: 'warn', msg: 'broke off' }
  return { level: 'info', msg: raw.writableFinished ? 'answered' : 'client left' }
}

/**
 * One line and one observation per request, when it is over: answered, broken off in mid-answer, or left by its client.
 * The line names the route, never the URL, because a URL is the caller's text. The status of an answer that nobody
 * waited for is 499 unless its head had gone out.
 */
export function observeRequests(app: FastifyInstance, metrics: Metrics): void {
  whenOver(app, (request, reply) => {
    const route = request.is404 ? 'unmatched' : (request.routeOptions.url ?? 'unmatched')
    const { level, msg } = outcomeOf(reply)
    const facts = {
      method: request.method,
      route,
      status: reply.raw.headersSent ? reply.raw.statusCode : CLIENT_LEFT,
      ms: Math.round(reply.elapsedTime * 10) / 10,
      ...(reply.problemCode === null ? {} : { code: reply.problemCode })
    }
    metrics.request({ method: facts.method, route, status: facts.status, seconds: reply.elapsedTime / 1000 })
    request.log[QUIET.has(route) ? 'debug' : level](facts, msg)
  })
}

/** Logs bodies and results, which hold prompts and answers. Only for operators who asked for it. */
export function logContents(app: FastifyInstance): void {
  app.addHook('preSerialization', async (request, _reply, payload: unknown) => {
    if (request.method === 'POST') request.log.info({ body: request.body, result: payload }, 'content')
    return payload
  })
}
