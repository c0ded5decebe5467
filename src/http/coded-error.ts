import { QualmError, type ErrorCode } from '../errors.js'

const MEDIA_TYPES = 'Send the body as application/json; POST /v1/score also takes application/x-ndjson.'

/** Fastify's own errors, by code: ours and the words for the caller. */
const FASTIFY: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['QUALM_ERR_MEDIA_TYPE', MEDIA_TYPES],
  FST_ERR_CTP_BODY_TOO_LARGE: ['QUALM_ERR_BODY_TOO_LARGE', 'Send less, or raise QUALM_BODY_LIMIT_BYTES.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['QUALM_ERR_BAD_REQUEST', 'The body is not as long as content-length says.'],
  FST_ERR_BAD_URL: ['QUALM_ERR_BAD_REQUEST', 'The path is not properly percent-encoded.'],
  FST_ERR_MAX_PARAM_LENGTH: ['QUALM_ERR_URI_TOO_LONG', 'No name is that long.']
}

const UNEXPECTED = 'An unexpected fault; the log has it under this request id.'

const fieldOf = (error: unknown, name: 'code' | 'statusCode' | 'name' | 'cause'): unknown =>
  typeof error === 'object' && error !== null ? (error as Record<string, unknown>)[name] : undefined

/**
 * Any thrown value as a coded error. What nobody foresaw becomes QUALM_ERR_INTERNAL with the original as `cause`,
 * so that its text is never sent.
 */
export function codedError(error: unknown): QualmError {
  if (error instanceof QualmError) return error
  const cause = fieldOf(error, 'cause')
  if (fieldOf(error, 'name') === 'AbortError' && cause instanceof QualmError) return cause
  const known = FASTIFY[String(fieldOf(error, 'code'))]
  if (known !== undefined) return new QualmError(known[0], known[1])
  const status = fieldOf(error, 'statusCode')
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return new QualmError('QUALM_ERR_BAD_REQUEST', 'The request could not be read.', { cause: error })
  }
  return new QualmError('QUALM_ERR_INTERNAL', UNEXPECTED, { cause: error })
}
