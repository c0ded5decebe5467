/** What an upstream answers in place of a completion. */
import { QualmError } from '../errors.js'
import type { OpenReply } from '../upstreams/contract.js'
import type { ChatAnswer } from './contract.js'
import { errorType } from './error-object.js'
import { isJson, readObject } from './incoming.js'
import type { Secret } from './secret.js'

/** Headers of an upstream that tell its client something. */
const PASSED_ON = /^(content-type|retry-after|x-ratelimit-.*|openai-.*)$/u

/** The headers of an upstream's answer that the caller gets. */
export function passedHeaders(
  { headers }: Pick<OpenReply, 'headers'>,
  secret: Secret
): Readonly<Record<string, string>> {
  const passed = Object.entries(headers).filter(([name]) => PASSED_ON.test(name.toLowerCase()))
  return Object.fromEntries(passed.map(([name, value]) => [name, secret.mask(value)]))
}

/** The message of any server's error; null when it has none. */
function messageOf(text: string): string | null {
  const error = readObject(text)?.['error']
  if (typeof error === 'string') return error
  const message = isJson(error) ? error['message'] : null
  return typeof message === 'string' ? message : null
}

const isOpenAiShaped = (text: string): boolean => {
  const error = readObject(text)?.['error']
  return isJson(error) && typeof error['message'] === 'string'
}

const LONGEST_MESSAGE = 300

/** An answer about the key of the upstream, which is the operator's and no business of the caller. */
const isAboutKey = (status: number): boolean => status === 401 || status === 403

function keyRefused(status: number): QualmError {
  const message = `The upstream refused the key that Qualm sent, with status ${status}; check what \`api_key_env\` names.`
  return new QualmError('QUALM_ERR_UPSTREAM_REFUSED', message, { extra: { upstream_status: status } })
}

/** Whether a refusal may be about one field of the request. */
export const isAboutRequest = (status: number): boolean => status >= 400 && status < 500 && !isAboutKey(status)

/**
 * An upstream's refusal: unchanged where it has OpenAI's form, else brought into it. One of the key, or with the key in
 * it, is told in words of our own; throws the former.
 */
export function refusalFrom(reply: Pick<OpenReply, 'status' | 'headers'>, text: string, secret: Secret): ChatAnswer {
  const { status } = reply
  if (isAboutKey(status)) throw keyRefused(status)
  const headers = passedHeaders(reply, secret)
  if (status >= 400 && isOpenAiShaped(text) && !secret.isIn(text)) return { status, headers, body: text }
  if (status < 400) {
    throw new QualmError('QUALM_ERR_UPSTREAM', `The upstream answered ${String(status)}, which is no answer to a chat.`)
  }
  const message = `The upstream answered ${String(status)}${saying(text, secret, '.')}`
  const isTheirs = status >= 500
  const code =
    status === 429 ? 'QUALM_ERR_UPSTREAM_LIMIT' : isTheirs ? 'QUALM_ERR_UPSTREAM' : 'QUALM_ERR_UPSTREAM_REFUSED'
  return {
    status: isTheirs && status !== 503 ? 502 : status,
    headers: { ...headers, 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify({ error: { message, type: errorType(status), param: null, code } })
  }
}

/** What a server says of its failure, behind a colon; `otherwise` when it says nothing. */
function saying(text: string, secret: Secret, otherwise: string): string {
  const said = messageOf(text)
  return said === null ? otherwise : `: ${secret.mask(said).slice(0, LONGEST_MESSAGE)}`
}

/** For an answer with status 200 that is no completion. */
export function nonsense(text: string, secret: Secret): QualmError {
  const isError = messageOf(text) !== null
  const what = isError ? `with an error${saying(text, secret, '')}` : 'with something other than a chat completion.'
  return new QualmError('QUALM_ERR_UPSTREAM', `The upstream answered 200 ${what}`)
}
