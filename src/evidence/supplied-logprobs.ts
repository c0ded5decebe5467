/**
 * Log-probabilities as callers send them, brought to one form and checked. Takes the shape of chat completions and the
 * parallel arrays of the legacy endpoint. Nothing is guessed: what is above zero or adds up to too much is refused.
 */
import { QualmError } from '../errors.js'
import type { Alternative } from '../scorer.js'
import { utf8 } from './alignment.js'

/** Rounding of a server's log-softmax may lift a value this far above zero. */
const ROUNDING = 1e-4
/** Servers print values such as −9999 for "not among the top"; from here down the value is only a bound. */
const CENSORED_BELOW = -1000
const CENSORED_VALUE = -100
/** Alternatives are probabilities of one distribution; their sum may exceed 1 by rounding only. */
const MASS_TOLERANCE = 1e-3

interface TopEntry { readonly token: string; readonly logprob: number }

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
  readonly bytes: Uint8Array | null
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
    const at = `${pointer}/content/${i}`
    const top = (entry.top_logprobs ?? []).map((alternative, k) => ({
      text: alternative.token, logprob: alternative.logprob, pointer: `${at}/top_logprobs/${k}/logprob`
    }))
    return token(entry.token, entry.logprob, `${at}/logprob`, top, `${at}/top_logprobs`, {
      bytes: entry.bytes ? Uint8Array.from(entry.bytes) : null, id: entry.id ?? null
    })
  })
}

function readLegacy(supplied: LegacyShape, pointer: string): readonly SuppliedToken[] {
  const { tokens, token_logprobs: logprobs, top_logprobs: tops } = supplied
  sameLength(tokens.length, logprobs.length, `${pointer}/token_logprobs`)
  if (tops) sameLength(tokens.length, tops.length, `${pointer}/top_logprobs`)
  return tokens.map((text, i) => {
    const top = Object.entries(tops?.[i] ?? {}).map(([key, logprob]) => ({
      text: key, logprob, pointer: `${pointer}/top_logprobs/${i}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`
    }))
    const logprob = logprobs[i] ?? null
    if (logprob === null && i > 0) throw nullLogprob(`${pointer}/token_logprobs/${i}`)
    return token(text, logprob, `${pointer}/token_logprobs/${i}`, top, `${pointer}/top_logprobs/${i}`,
      { bytes: null, id: null })
  })
}

interface Listed extends Alternative { readonly pointer: string }

function token(
  text: string, logprob: number | null, at: string, top: readonly Listed[], topAt: string,
  told: Pick<SuppliedToken, 'bytes' | 'id'>
): SuppliedToken {
  const alternatives = top
    .map(({ text, logprob, pointer }) => ({ text, logprob: normalise(logprob, pointer) }))
    .sort((a, b) => b.logprob - a.logprob)
  checkMass(alternatives, topAt)
  const value = logprob === null ? null : normalise(logprob, at)
  return {
    ...told, text, logprob: value, censored: logprob !== null && logprob <= CENSORED_BELOW, alternatives,
    coverage: alternatives.length === 0 ? null : coverageOf(text, value, alternatives)
  }
}

/** A value in [−∞, 0] as it will be used; throws above the rounding tolerance. */
function normalise(logprob: number, pointer: string): number {
  if (!(logprob <= ROUNDING)) {
    const message = `${logprob} is not a log-probability: it must be at most 0`
    throw new QualmError('QUALM_ERR_INVALID_LOGPROB', `A log-probability is ${logprob}; send natural logarithms.`,
      { errors: [{ pointer, message }] })
  }
  return logprob <= CENSORED_BELOW ? CENSORED_VALUE : Math.min(logprob, 0)
}

function checkMass(alternatives: readonly Alternative[], pointer: string): void {
  const mass = massOf(alternatives)
  if (mass <= 1 + MASS_TOLERANCE) return
  throw new QualmError('QUALM_ERR_INVALID_EVIDENCE', 'Alternatives of one token have probabilities that exceed 1.',
    { errors: [{ pointer, message: `the probabilities add up to ${mass.toFixed(4)}` }] })
}

function coverageOf(text: string, logprob: number | null, alternatives: readonly Alternative[]): number {
  const listed = logprob === null || alternatives.some(alternative => alternative.text === text)
  return Math.min(1, massOf(alternatives) + (listed ? 0 : Math.exp(logprob)))
}

function massOf(alternatives: readonly Alternative[]): number {
  return alternatives.reduce((sum, { logprob }) => sum + Math.exp(logprob), 0)
}

function sameLength(expected: number, actual: number, pointer: string): void {
  if (expected === actual) return
  throw new QualmError('QUALM_ERR_INVALID_EVIDENCE', 'The parallel arrays of the log-probabilities differ in length.',
    { errors: [{ pointer, message: `has ${actual} entries for ${expected} tokens` }] })
}

function nullLogprob(pointer: string): QualmError {
  return new QualmError('QUALM_ERR_VALIDATION', 'A log-probability is null.',
    { errors: [{ pointer, message: 'only the first entry of an echo may be null' }] })
}

/** Bytes of a token: those the server told, else its text's. */
export function bytesOf(token: SuppliedToken): Uint8Array {
  return token.bytes ?? utf8(token.text)
}
