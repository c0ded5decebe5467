import type { FastifyReply, FastifyRequest } from 'fastify'
import { errorObject } from '../chat/error-object.js'
import { codedError } from './coded-error.js'
import { noteProblem } from './send-problem.js'

/** Answers with OpenAI's error object, which the clients of its API understand. */
export function sendOpenAiError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const coded = codedError(error)
  noteProblem(coded, request, reply)
  return reply
    .code(coded.status)
    .header('content-type', 'application/json; charset=utf-8')
    .send(JSON.stringify(errorObject(coded)))
}
