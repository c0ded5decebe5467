import { randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import { QualmError, type ErrorCode } from '../errors.js'
import { problemOf } from './problem.js'
import { BARE_HEADERS } from './send-problem.js'

/** Node's reasons for giving up on a connection, by code; every other one is malformed HTTP. */
const REASONS: Readonly<Record<string, readonly [ErrorCode, phrase: string, message: string]>> = {
  HPE_HEADER_OVERFLOW: [
    'QUALM_ERR_HEADERS_TOO_LARGE',
    'Request Header Fields Too Large',
    'Send fewer or shorter headers.'
  ],
  ERR_HTTP_REQUEST_TIMEOUT: ['QUALM_ERR_REQUEST_TIMEOUT', 'Request Timeout', 'Send the request faster.']
}
const MALFORMED = ['QUALM_ERR_BAD_REQUEST', 'Bad Request', 'The request is not valid HTTP.'] as const

/** Whether an answer is already on its way: a second one would be read as part of it. `_httpMessage` is Node's own. */
function isAnswering(socket: Socket): boolean {
  return (socket as { _httpMessage?: { headersSent?: boolean } | null })._httpMessage?.headersSent === true
}

/** Answers bytes that never became a request, in the same form as every other error, and closes the connection. */
export function answerClientError(fault: { readonly code?: string }, socket: Socket): void {
  if (fault.code === 'ECONNRESET' || !socket.writable || isAnswering(socket)) {
    socket.destroy()
    return
  }
  const [code, phrase, message] = REASONS[fault.code ?? ''] ?? MALFORMED
  const error = new QualmError(code, message)
  const requestId = randomUUID()
  const body = JSON.stringify(problemOf(error, { requestId, url: '' }))
  const headers = {
    ...BARE_HEADERS,
    'x-request-id': requestId,
    'content-type': 'application/problem+json; charset=utf-8',
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close'
  }
  const lines = Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')
  socket.end(`HTTP/1.1 ${error.status} ${phrase}\r\n${lines}\r\n${body}`)
}
