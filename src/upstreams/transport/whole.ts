/** Answers that are read to their end. */
import type { Reply } from '../contract.js'
import type { Call } from './calls.js'
import { cutShort, nonsense, refusal, spoken } from './failures.js'

/**
 * The whole answer of a call. Throws for any status but 2xx, and for what cannot be an answer of an API: a redirect, a
 * web page, compressed bytes, JSON that is cut off. The connection is free or closed when it settles.
 *
 * @param secret never repeated, in an error or an answer, should the server tell it back
 */
export async function whole(call: Call, secret: string | null): Promise<Reply> {
  try {
    return await read(call, secret)
  } catch (error) {
    call.leave()
    await call.ended.catch(() => undefined)
    throw error
  }
}

async function read(call: Call, secret: string | null): Promise<Reply> {
  refuseRedirect(call)
  refuseCompressed(call)
  const { status, headers } = call
  const text = await textOf(call)
  if (status < 200 || status > 299) {
    throw refusal(status, without(spoken(text), secret), headers['retry-after'], Date.now())
  }
  const type = headers['content-type'] ?? ''
  if (type.includes('text/html')) throw nonsense('sent a web page in place of an answer', { outage: true })
  if (type.includes('json') && isCut(text)) throw cutShort()
  return { status, headers, text: isKey(secret) ? without(text, secret) : text }
}

/** Throws for a redirect, which nobody follows: it may lead anywhere, with the key. */
export function refuseRedirect({ status, leave }: Call): void {
  if (status < 300 || status > 399) return
  leave()
  throw nonsense(`answered ${status}, a redirect, which is not followed; set url to where it leads`)
}

/** Throws for bytes that nobody here unpacks, and that would be taken for text. */
export function refuseCompressed({ headers, leave }: Call): void {
  const encoding = headers['content-encoding']?.trim().toLowerCase() || 'identity'
  if (encoding === 'identity') return
  leave()
  throw nonsense(`compresses its answers (${encoding}) although it was asked not to`)
}

async function textOf(call: Call): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of call.body) chunks.push(chunk)
  await call.ended
  return Buffer.concat(chunks).toString('utf8')
}

/** Whether an object or list does not end as one; a full parse is the reader's. */
function isCut(text: string): boolean {
  const trimmed = text.trim()
  return (trimmed.startsWith('{') && !trimmed.endsWith('}')) || (trimmed.startsWith('[') && !trimmed.endsWith(']'))
}

/** A shorter one is a placeholder such as `EMPTY`, which an answer may well say. */
const LEAST_KEY_LENGTH = 8

const isKey = (secret: string | null): boolean => secret !== null && secret.length >= LEAST_KEY_LENGTH

const without = (text: string, secret: string | null): string =>
  secret === null || secret === '' ? text : text.replaceAll(secret, '***')
