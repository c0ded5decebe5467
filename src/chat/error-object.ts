/** Failures in OpenAI's form. */
import type { QualmError } from '../errors.js'
import type { ChatError } from '../schemas/chat.js'

/** The kind of an error, which OpenAI's clients show. */
export function errorType(status: number): string {
  if (status === 401) return 'authentication_error'
  if (status === 403) return 'permission_error'
  if (status === 429) return 'rate_limit_error'
  return status < 500 ? 'invalid_request_error' : 'server_error'
}

/** The name of the field that a JSON pointer leads to, as OpenAI writes it: `messages[0].content`. */
function paramOf(pointer: string | undefined): string | null {
  const parts = (pointer ?? '').split('/').slice(1)
  if (parts.length === 0) return null
  return parts.map((part, at) => (/^\d+$/u.test(part) ? `[${part}]` : at === 0 ? part : `.${part}`)).join('')
}

/** A `QualmError` in OpenAI's form. */
export function errorObject({ message, status, code, errors }: QualmError): ChatError {
  return { error: { message, type: errorType(status), param: paramOf(errors[0]?.pointer), code } }
}
