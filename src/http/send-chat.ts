import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ChatContext } from '../chat/contract.js'
import type { ChatRequest } from '../schemas/chat.js'
import { codedError } from './coded-error.js'
import { noteHoles } from './finite-guard.js'

const TRACE = ['traceparent', 'tracestate'] as const

/** Headers of a trace, which goes on at the upstream. */
function traceOf({ headers }: FastifyRequest): Readonly<Record<string, string>> {
  return Object.fromEntries(TRACE.flatMap((name) => (typeof headers[name] === 'string' ? [[name, headers[name]]] : [])))
}

function contextOf(request: FastifyRequest, reply: FastifyReply): ChatContext {
  const { signal, requestId } = reply.context()
  return {
    signal,
    requestId,
    write: (value) => JSON.stringify(noteHoles(value, request) ?? value),
    note(error) {
      const coded = codedError(error)
      request.server.metrics.refusal(coded.code)
      if (coded.cause !== undefined) request.log.error({ err: coded, code: coded.code }, 'answer not scored')
    }
  }
}

/** Answers a chat request. The head of a streamed answer goes out at once. */
export async function sendChat(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const call = {
    body: request.body as ChatRequest,
    bytes: request.bytes ?? new Uint8Array(),
    headers: traceOf(request)
  }
  const { status, headers, body } = await request.server.chat.complete(call, contextOf(request, reply))
  reply.code(status).headers(headers)
  if (typeof body === 'string') return reply.send(body)
  reply.send(Readable.from(body))
  reply.raw.flushHeaders()
  return reply
}
