import type { FastifyReply, FastifyRequest } from 'fastify'
import type { QualmError } from '../errors.js'
import { codedError } from './coded-error.js'
import { problemOf } from './problem.js'

/** Headers of everything but pages: answers are data, to be neither kept, nor guessed at, nor shown in a frame. */
export const BARE_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff'
} as const

/** Counts a failure, logs what the operator must see, faults on our side, and says when to try again. */
export function noteProblem(coded: QualmError, request: FastifyRequest, reply: FastifyReply): void {
  // A full queue is no news; an error with a cause hides something that an operator must see.
  const isFault = coded.cause !== undefined && coded.status >= 500
  if (isFault) request.log.error({ err: coded, code: coded.code }, 'request failed')
  request.server.metrics.refusal(coded.code)
  if (coded.retryAfterSeconds !== undefined) reply.header('retry-after', String(coded.retryAfterSeconds))
  reply.problemCode = coded.code
}

/** Answers with the problem document of any error. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const coded = codedError(error)
  noteProblem(coded, request, reply)
  return reply
    .code(coded.status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .send(JSON.stringify(problemOf(coded, { requestId: request.id, url: request.url })))
}

/** For errors that the router finds before any hook runs: a bad path, a segment that is too long. */
export function sendRouterProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  reply.headers({ ...BARE_HEADERS, 'x-request-id': request.id })
  void sendProblem(error, request, reply)
}
