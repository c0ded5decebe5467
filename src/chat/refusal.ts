/** What an upstream answers in place of a completion. */
import { QualmError } from '../errors.js'
import type { OpenReply } from '../upstreams/contract.js'
import type { ChatAnswer } from './contract.js'
import { errorType } from './error-object.js'
import { isJson, readObject } from './incoming.js'

/** Headers of an upstream that tell its client something. */
const PASSED_ON = /^(content-type|retry-after|x-ratelimit-.*|openai-.*)$/u

/** The headers of an upstream's answer that the caller gets. */
export function passedHeaders({ headers }: Pick<OpenReply, 'headers'>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => PASSED_ON.test(name.toLowerCase())))
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

/** An upstream's refusal: unchanged where it has OpenAI's form, else brought into it. */
export function refusalFrom(reply: Pick<OpenReply, 'status' | 'headers'>, text: string): ChatAnswer {
  const headers = passedHeaders(reply)
  const { status } = reply
  if (status >= 400 && isOpenAiShaped(text)) return { status, headers, body: text }
  if (status < 400) {
    throw new QualmError('QUALM_ERR_UPSTREAM', `The upstream answered ${String(status)}, which is no answer to a chat.`)
  }
  const said = messageOf(text)?.slice(0, LONGEST_MESSAGE)
  const message = `The upstream answered ${String(status)}${said === undefined ? '.' : `: ${said}`}`
  const isTheirs = status >= 500
  const code =
    status === 429 ? 'QUALM_ERR_UPSTREAM_LIMIT' : isTheirs ? 'QUALM_ERR_UPSTREAM' : 'QUALM_ERR_UPSTREAM_REFUSED'
  return {
    status: isTheirs && status !== 503 ? 502 : status,
    headers: { ...headers, 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify({ error: { message, type: errorType(status), param: null, code } })
  }
}

/** For an answer with status 200 that is no completion. */
export function nonsense(text: string): QualmError {
  const said = messageOf(text)?.slice(0, LONGEST_MESSAGE)
  const what = said === undefined ? 'with something other than a chat completion.' : `with an error: ${said}`
  return new QualmError('QUALM_ERR_UPSTREAM', `The upstream answered 200 ${what}`)
}
