import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ChatAnswer, ChatContext, Harm } from '../chat/contract.js'
import type { ChatRequest } from '../schemas/chat.js'
import { traceHeaders } from '../telemetry/pass-traces.js'
import { codedError } from './coded-error.js'
import { noteHoles } from './finite-guard.js'
import { sinkMetadata } from './sink-metadata.js'

/** Counts a fault that no error answer tells, and logs it: by itself, or in the request's own line when it broke off. */
function noteHarm(error: unknown, harm: Harm, request: FastifyRequest, reply: FastifyReply): void {
  const coded = codedError(error)
  const { code, cause } = coded
  request.server.metrics.refusal(code)
  if (cause !== undefined) request.log.error({ err: coded, code }, `answer ${harm}`)
  else if (harm !== 'broke off') request.log.warn({ code }, `answer ${harm}`)
  if (harm === 'broke off') Object.assign(reply, { problemCode: code, brokeOff: true })
}

function contextOf(request: FastifyRequest, reply: FastifyReply): ChatContext {
  const { signal, requestId } = reply.context()
  return {
    signal,
    requestId,
    write: (value) => JSON.stringify(noteHoles(value, request) ?? value),
    note: (error, harm = 'not scored') => noteHarm(error, harm, request, reply)
  }
}

/** The same body; when it fails the connection is closed in mid-answer, and that is noted. */
async function* noting(
  body: Exclude<ChatAnswer['body'], string>,
  { signal, note }: ChatContext
): AsyncGenerator<string | Uint8Array> {
  try {
    yield* body
  } catch (error) {
    if (codedError(signal.reason).code !== 'QUALM_ERR_CLIENT_GONE') note(error, 'broke off')
    throw error
  }
}

/** Answers a chat request. The head of a streamed answer goes out at once. */
export async function sendChat(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const call = {
    body: request.body as ChatRequest,
    bytes: request.bytes ?? new Uint8Array(),
    headers: traceHeaders(request.headers),
    metadata: sinkMetadata((request.body as ChatRequest)['metadata'], request.headers)
  }
  const context = contextOf(request, reply)
  const { status, headers, body } = await request.server.chat.complete(call, context)
  reply.code(status).headers(headers)
  if (typeof body === 'string') return reply.send(body)
  reply.send(Readable.from(noting(body, context)))
  reply.raw.flushHeaders()
  return reply
}
