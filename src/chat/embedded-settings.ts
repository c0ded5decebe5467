/** What a chat request asks of the embedded model. */
import type { Message } from '../engine/engine.js'
import { QualmError } from '../errors.js'
import type { ChatRequest } from '../schemas/chat.js'
import { contentText, roleOf } from './score-request.js'

export interface EmbeddedSettings {
  readonly messages: readonly Message[]
  /** Choices. */
  readonly count: number
  readonly temperature: number
  readonly topP: number
  readonly maxTokens: number
  readonly stop: readonly string[]
  /** 32-bit unsigned; null: any. */
  readonly seed: number | null
  /** Alternatives per token that the caller wants to see; null: no log-probabilities. */
  readonly topCount: number | null
  readonly includeUsage: boolean
}

/** Longest answer, in tokens, where the request does not limit it. */
const MAX_TOKENS = 512
const MOST_TOKENS = 1_000_000

function refusal(field: string, message: string): QualmError {
  return new QualmError('QUALM_ERR_VALIDATION', `${field}: ${message}.`, {
    errors: [{ pointer: `/${field}`, message }]
  })
}

const notOffered = (field: string, what: string) =>
  refusal(field, `the embedded model offers no ${what}; name a model behind an upstream`)

interface Range {
  readonly from: number
  readonly to: number
  readonly whole?: boolean
}

/** A number of the body; the default where it is absent or null. */
function number(body: ChatRequest, field: string, { from, to, whole = false }: Range, otherwise: number): number {
  const value = body[field] ?? otherwise
  const fits = typeof value === 'number' && value >= from && value <= to && (!whole || Number.isInteger(value))
  if (!fits) throw refusal(field, `must be ${whole ? 'a whole number' : 'a number'} from ${from} to ${to}`)
  return value
}

function stopsOf({ stop }: ChatRequest): readonly string[] {
  const stops: readonly unknown[] = stop === undefined || stop === null ? [] : [stop].flat()
  if (stops.length <= 16 && stops.every((each): each is string => typeof each === 'string' && each !== '')) return stops
  throw refusal('stop', 'must be a text or at most 16 texts')
}

function topCountOf(body: ChatRequest): number | null {
  const count = number(body, 'top_logprobs', { from: 0, to: 20, whole: true }, 0)
  if (body['logprobs'] === true) return count
  if (count > 0) throw refusal('top_logprobs', 'needs `logprobs: true`')
  return null
}

/** OpenAI's seeds are signed and have 64 bits. */
function seedOf({ seed }: ChatRequest): number | null {
  if (seed === undefined || seed === null) return null
  if (typeof seed === 'number' && Number.isInteger(seed)) return Number(BigInt.asUintN(32, BigInt(seed)))
  throw refusal('seed', 'must be a whole number')
}

function messagesOf({ messages }: ChatRequest): readonly Message[] {
  if (messages.length === 0) throw refusal('messages', 'must hold a message')
  return messages.map(({ role, content }, at) => {
    const parts = Array.isArray(content) ? (content as readonly { readonly type?: unknown }[]) : []
    if (parts.some((part) => part.type !== 'text'))
      throw notOffered(`messages/${at}/content`, 'images, sounds or files')
    const known = roleOf(role)
    if (known === undefined) throw notOffered(`messages/${at}/role`, 'messages of this role')
    const text = contentText(content)
    if (text === null) throw refusal(`messages/${at}/content`, 'must be a text, or parts of text')
    return { role: known, content: text }
  })
}

function refuseWhatIsNotOffered(body: ChatRequest): void {
  for (const field of ['tools', 'functions']) {
    const value = body[field]
    if (Array.isArray(value) && value.length > 0) throw notOffered(field, 'tools')
  }
  for (const field of ['frequency_penalty', 'presence_penalty']) {
    if ((body[field] ?? 0) !== 0) throw notOffered(field, 'penalties')
  }
  if (Object.keys(body['logit_bias'] ?? {}).length > 0) throw notOffered('logit_bias', 'biases of tokens')
  const format = (body['response_format'] ?? {}) as { readonly type?: unknown }
  if (format.type !== undefined && format.type !== 'text') {
    throw notOffered('response_format', 'formats of answers but text')
  }
}

/** Reads the request. Throws QUALM_ERR_VALIDATION for what does not fit, and for what the embedded model lacks. */
export function embeddedSettings(body: ChatRequest): EmbeddedSettings {
  refuseWhatIsNotOffered(body)
  const longest = (body['max_completion_tokens'] ?? null) === null ? 'max_tokens' : 'max_completion_tokens'
  const options = (body['stream_options'] ?? {}) as { readonly include_usage?: unknown }
  return {
    messages: messagesOf(body),
    count: number(body, 'n', { from: 1, to: 64, whole: true }, 1),
    temperature: number(body, 'temperature', { from: 0, to: 2 }, 1),
    topP: Math.max(number(body, 'top_p', { from: 0, to: 1 }, 1), Number.EPSILON),
    maxTokens: number(body, longest, { from: 1, to: MOST_TOKENS, whole: true }, MAX_TOKENS),
    stop: stopsOf(body),
    seed: seedOf(body),
    topCount: topCountOf(body),
    includeUsage: options.include_usage === true
  }
}
