/**
 * Log-probabilities as callers send them, brought to one form and checked. Takes the shape of chat completions and the
 * parallel arrays of the legacy endpoint. Nothing is guessed: what is above zero or adds up to too much is refused.
 */
import { QualmError } from '../errors.js'
import type { Alternative } from '../scorer.js'
import { utf8 } from './alignment.js'
import { contradiction, massOf } from './contradiction.js'

/** Rounding of a server's log-softmax may lift a value this far above zero. */
const ROUNDING = 1e-4
/** Servers print values such as −9999 for "not among the top"; from here down the value is only a bound. */
const CENSORED_BELOW = -1000
const CENSORED_VALUE = -100

interface TopEntry {
  readonly token: string
  readonly logprob: number
}

/** Shape of chat completions. */
export interface ChatShape {
  readonly content: readonly {
    readonly token: string
    readonly logprob: number
    readonly bytes?: readonly number[] | null
    readonly id?: number
    readonly top_logprobs?: readonly TopEntry[] | null
  }[]
}

/** Shape of legacy completions. */
export interface LegacyShape {
  readonly tokens: readonly string[]
  readonly token_logprobs: readonly (number | null)[]
  readonly top_logprobs?: readonly (Readonly<Record<string, number>> | null)[] | null
}

/** One checked token before it is aligned with the text. `logprob` is null only for the first token of an echo. */
export interface SuppliedToken {
  readonly text: string
  /** As told by the server; null when it told none. */
  readonly bytes: readonly number[] | null
  readonly id: number | null
  readonly logprob: number | null
  readonly censored: boolean
  readonly alternatives: readonly Alternative[]
  /** Probability that the token and its alternatives cover; null without alternatives. */
  readonly coverage: number | null
}

/**
 * Checks supplied log-probabilities. `pointer` is where they stand in the body.
 * Throws QUALM_ERR_INVALID_LOGPROB, QUALM_ERR_INVALID_EVIDENCE or QUALM_ERR_VALIDATION with the exact place.
 */
export function readLogprobs(supplied: ChatShape | LegacyShape, pointer: string): readonly SuppliedToken[] {
  return 'content' in supplied ? readChat(supplied, pointer) : readLegacy(supplied, pointer)
}

function readChat(supplied: ChatShape, pointer: string): readonly SuppliedToken[] {
  return supplied.content.map((entry, i) => {
    const at: Place = () => `${pointer}/content/${i}`
    const alternatives = (entry.top_logprobs ?? []).map((one, k) => ({
      text: one.token,
      logprob: normalise(one.logprob, () => `${at()}/top_logprobs/${k}/logprob`)
    }))
    const logprob = normalise(entry.logprob, () => `${at()}/logprob`)
    return {
      text: entry.token,
      bytes: entry.bytes ?? null,
      id: entry.id ?? null,
      censored: isCensored(entry.logprob),
      ...weigh(entry.token, logprob, alternatives, () => `${at()}/top_logprobs`)
    }
  })
}

function readLegacy(supplied: LegacyShape, pointer: string): readonly SuppliedToken[] {
  const { tokens, token_logprobs: logprobs, top_logprobs: tops } = supplied
  sameLength(tokens.length, logprobs.length, `${pointer}/token_logprobs`)
  if (tops) sameLength(tokens.length, tops.length, `${pointer}/top_logprobs`)
  return tokens.map((text, i) => {
    const at: Place = () => `${pointer}/token_logprobs/${i}`
    const topAt: Place = () => `${pointer}/top_logprobs/${i}`
    const alternatives = Object.entries(tops?.[i] ?? {}).map(([key, logprob]) => ({
      text: key,
      logprob: normalise(logprob, () => `${topAt()}/${escaped(key)}`)
    }))
    const told = logprobs[i] ?? null
    if (told === null && i > 0) throw nullLogprob(at())
    return {
      text,
      bytes: null,
      id: null,
      censored: told !== null && isCensored(told),
      ...weigh(text, told === null ? null : normalise(told, at), alternatives, topAt)
    }
  })
}

/** A JSON pointer, written out only when there is a fault to report. */
type Place = () => string

/** Sorts and checks the alternatives of one token. */
function weigh(
  text: string,
  logprob: number | null,
  alternatives: Alternative[],
  place: Place
): Pick<SuppliedToken, 'logprob' | 'alternatives' | 'coverage'> {
  alternatives.sort((a, b) => b.logprob - a.logprob)
  const fault = contradiction(text, logprob, alternatives)
  if (fault !== null) {
    const errors = [{ pointer: place(), message: fault.message }]
    throw new QualmError('QUALM_ERR_INVALID_EVIDENCE', fault.title, { errors })
  }
  return { logprob, alternatives, coverage: alternatives.length === 0 ? null : coverageOf(text, logprob, alternatives) }
}

function isCensored(logprob: number): boolean {
  return logprob <= CENSORED_BELOW
}

/** The value as it will be used: at most 0, the floor where it is censored. Throws above the rounding tolerance. */
function normalise(logprob: number, place: Place): number {
  if (!(logprob <= ROUNDING)) {
    const message = `${logprob} is not a log-probability: it must be at most 0`
    throw new QualmError('QUALM_ERR_INVALID_LOGPROB', `A log-probability is ${logprob}; send natural logarithms.`, {
      errors: [{ pointer: place(), message }]
    })
  }
  return isCensored(logprob) ? CENSORED_VALUE : Math.min(logprob, 0)
}

function escaped(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1')
}

function coverageOf(text: string, logprob: number | null, alternatives: readonly Alternative[]): number {
  const listed = logprob === null || alternatives.some((alternative) => alternative.text === text)
  return Math.min(1, massOf(alternatives) + (listed ? 0 : Math.exp(logprob)))
}

function sameLength(expected: number, actual: number, pointer: string): void {
  if (expected === actual) return
  throw new QualmError('QUALM_ERR_INVALID_EVIDENCE', 'The parallel arrays of the log-probabilities differ in length.', {
    errors: [{ pointer, message: `has ${actual} entries for ${expected} tokens` }]
  })
}

function nullLogprob(pointer: string): QualmError {
  return new QualmError('QUALM_ERR_VALIDATION', 'A log-probability is null.', {
    errors: [{ pointer, message: 'only the first entry of an echo may be null' }]
  })
}

/** Bytes of a token: those the server told, else its text's. */
export function bytesOf(token: SuppliedToken): Uint8Array {
  return token.bytes === null ? utf8(token.text) : Uint8Array.from(token.bytes)
}
