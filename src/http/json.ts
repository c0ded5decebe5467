import { isUtf8 } from 'node:buffer'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { QualmError } from '../errors.js'

/** Bytes of one JSON text → its value. Throws QUALM_ERR_BAD_JSON. */
export type ParseJson = (bytes: Buffer) => unknown

const DEEPEST = 64
const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPENING = new Set([0x5b, 0x7b])
const CLOSING = new Set([0x5d, 0x7d])

/** Whether brackets outside strings nest deeper than anything a request can mean. */
function isTooDeep(bytes: Buffer): boolean {
  let depth = 0
  let inString = false
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!
    if (inString) {
      if (byte === BACKSLASH) i++
      else if (byte === QUOTE) inString = false
    } else if (byte === QUOTE) inString = true
    else if (OPENING.has(byte) && ++depth > DEEPEST) return true
    else if (CLOSING.has(byte)) depth--
  }
  return false
}

const NO_BODY = 'There is no body.'
const compressed = () => new QualmError('QUALM_ERR_MEDIA_TYPE', 'Send the body without content-encoding.')
const bad = (message: string) => new QualmError('QUALM_ERR_BAD_JSON', message)

/**
 * Fastify's parser, which refuses `__proto__` and `constructor.prototype`, behind two checks that it lacks: bytes that
 * are not UTF-8 would silently become U+FFFD, and deep nesting would exhaust the stack of whoever walks the value.
 */
export function createJsonParser(app: FastifyInstance): ParseJson {
  const parse = app.getDefaultJsonParser('error', 'error')
  return (bytes) => {
    if (bytes.length === 0) throw bad(NO_BODY)
    if (!isUtf8(bytes)) throw bad('It is not valid UTF-8.')
    if (isTooDeep(bytes)) throw bad(`It is nested deeper than ${DEEPEST} levels.`)
    let value: unknown
    void parse(undefined as unknown as FastifyRequest, bytes.toString('utf8'), (error, parsed: unknown) => {
      if (error !== null) throw bad('It is not valid JSON, or it has a field named __proto__ or constructor.prototype.')
      value = parsed
    })
    return value
  }
}

/** Only JSON is read, and only as it was sent: no text bodies, no compressed ones. */
export function readJsonBodies(app: FastifyInstance, parse: ParseJson): void {
  app.removeAllContentTypeParsers()
  const options = { parseAs: 'buffer' } as const
  app.addContentTypeParser('application/json', options, async (request: FastifyRequest, body: Buffer) => {
    if (request.routeOptions.config.speaksOpenAi === true) request.bytes = body
    return parse(body)
  })
  app.addHook('onRequest', (request, _reply, done) => {
    const encoding = request.headers['content-encoding']
    done(encoding === undefined || encoding === 'identity' ? undefined : compressed())
  })
  // Without body and media type Fastify runs no parser, and no validator where they are listed by media type.
  app.addHook('preValidation', (request, _reply, done) => {
    const isMissing = request.body === undefined && request.routeOptions.schema?.body !== undefined
    done(isMissing ? bad(NO_BODY) : undefined)
  })
}
