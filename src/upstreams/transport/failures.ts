/** What can go wrong with a call, as errors with a documented code. No message holds a key. */
import { errors } from 'undici'
import { QualmError, type ErrorCode, type QualmErrorOptions } from '../../errors.js'

const MESSAGE_CHARACTERS = 300
/** Where servers put their message: OpenAI, TGI, FastAPI (a list of `msg`). */
const MESSAGE_KEYS = ['error', 'message', 'detail', '0', 'msg']
const MESSAGE_DEPTH = 4

/** How a call ended, as counted by `TransportStats`. */
export type Outcome = 'ok' | 'refused' | 'limited' | 'failed' | 'timeout' | 'cancelled' | 'down' | 'full'

interface Traits {
  /** May be gone at the next try. */
  readonly passing?: boolean
  /** Says that the server is not well, and so counts towards the opening of the circuit. */
  readonly outage?: boolean
}

/** A failed call, with what follows from it. */
export class Failure extends QualmError {
  readonly passing: boolean
  readonly outage: boolean
  constructor(code: ErrorCode, message: string, options: QualmErrorOptions & Traits = {}) {
    super(code, message, options)
    this.passing = options.passing ?? false
    this.outage = options.outage ?? false
  }
}

const OUTCOMES: Partial<Record<ErrorCode, Outcome>> = {
  QUALM_ERR_UPSTREAM_REFUSED: 'refused',
  QUALM_ERR_UPSTREAM_LIMIT: 'limited',
  QUALM_ERR_UPSTREAM_TIMEOUT: 'timeout',
  QUALM_ERR_UPSTREAM_DOWN: 'down',
  QUALM_ERR_QUEUE_FULL: 'full'
}

/** How a call ended that threw `error`. */
export const outcomeOf = (error: unknown): Outcome =>
  error instanceof Failure ? (OUTCOMES[error.code] ?? 'failed') : 'failed'

/** `what`: what did not come, and within how long. */
export const timedOut = (what: string): Failure =>
  new Failure('QUALM_ERR_UPSTREAM_TIMEOUT', `The upstream ${what}.`, { outage: true })

export const nonsense = (what: string, traits: Traits = {}): Failure =>
  new Failure('QUALM_ERR_UPSTREAM', `The upstream ${what}.`, traits)

export const cutShort = (): Failure =>
  nonsense('broke off in the middle of its answer', { passing: true, outage: true })

export const tooLong = (bytes: number): Failure =>
  nonsense(`sent more than ${bytes} bytes; max_response_bytes in the limits of the upstream allows more`)

/** A failure of the network as undici or Node tell it; what is a `Failure` already stays. */
export function failureOf(error: unknown, connectTimeoutMs: number): Failure {
  if (error instanceof Failure) return error
  if (error instanceof errors.ConnectTimeoutError) return unreached(connectTimeoutMs)
  if (error instanceof errors.InvalidArgumentError) return nonsense('cannot be asked: a header or path is malformed')
  const code = codeOf(error)
  const traits = { passing: true, outage: true }
  return nonsense(`could not be reached, or closed the connection${code === '' ? '' : ` (${code})`}`, traits)
}

const unreached = (ms: number): Failure =>
  new Failure('QUALM_ERR_UPSTREAM_TIMEOUT', `The upstream took no connection within ${ms} ms.`, {
    passing: true,
    outage: true
  })

function codeOf(error: unknown): string {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : ''
  return typeof code === 'string' ? code : ''
}

/** What the server says of a refusal: OpenAI's `error.message` and its kin; empty for a page or nothing. */
export function spoken(text: string): string {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return text.trimStart().startsWith('<') ? '' : text.trim()
  }
  return words(value)
}

function words(value: unknown, depth = 0): string {
  if (typeof value === 'string') return value
  if (typeof value !== 'object' || value === null || depth === MESSAGE_DEPTH) return ''
  const within = new Map<string, unknown>(Object.entries(value))
  return MESSAGE_KEYS.map((key) => words(within.get(key), depth + 1)).find((text) => text !== '') ?? ''
}

/**
 * A status other than 2xx. `said` is the server's own message; `now` is milliseconds since 1970. A server that names
 * the time to come back is not asked sooner.
 */
export function refusal(status: number, said: string, retryAfter: string | undefined, now: number): Failure {
  const seconds = retryAfterSeconds(retryAfter, now)
  const later = seconds === undefined ? {} : { retryAfterSeconds: seconds }
  const extra = { upstream_status: status }
  const saying = said === '' ? '' : `: ${said.slice(0, MESSAGE_CHARACTERS)}`
  const message = `The upstream answered ${status}${saying}`
  if (status === 429) return new Failure('QUALM_ERR_UPSTREAM_LIMIT', message, { ...later, extra })
  if (status >= 400 && status < 500)
    return new Failure('QUALM_ERR_UPSTREAM_REFUSED', message + advice(status), { extra })
  const passing = seconds === undefined && [502, 503, 504].includes(status)
  return new Failure('QUALM_ERR_UPSTREAM', message, { ...later, extra, passing, outage: status >= 500 })
}

const advice = (status: number): string =>
  status === 401 || status === 403 ? ' (check the key that api_key_env names)' : ''

/** Whole seconds of a Retry-After header, given in seconds or as an HTTP date; at least 1. */
export function retryAfterSeconds(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined
  const seconds = /^\s*\d+\s*$/u.test(value) ? Number(value) : (Date.parse(value) - now) / 1000
  return Number.isFinite(seconds) ? Math.max(1, Math.ceil(seconds)) : undefined
}
