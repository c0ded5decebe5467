/** Tokens as a server told them, brought to one form and held against the text (product conventions, eight rules). */
import type { OutputToken } from '../../engine/engine.js'
import { rebuilds, utf8 } from '../../evidence/alignment.js'
import { isEndToken } from '../../evidence/end-token.js'
import type { Normalised, RawToken } from '../contract.js'

/** Rounding of a server's log-softmax may lift a value this far above zero. */
const ROUNDING = 1e-4
/** From here down a value says "not among the top": it is only a bound. */
const CENSORED_BELOW = -1000
const CENSORED_VALUE = -100
const MASS_TOLERANCE = 1e-3
const MOST_END_TOKENS = 4

const bytesOf = ({ bytes, text }: RawToken): Uint8Array => (bytes ? Uint8Array.from(bytes) : utf8(text))

/** A told value; null: it is none that can be used as it stands. */
function told(logprob: unknown): number | null {
  const isUsable = typeof logprob === 'number' && Number.isFinite(logprob) && logprob > CENSORED_BELOW
  return isUsable ? (logprob > 0 && logprob <= ROUNDING ? 0 : logprob) : null
}

/** Without a value of its own a token is at most as probable as the least of the alternatives that are listed. */
function valueOf(token: RawToken, listed: readonly number[]): Pick<OutputToken, 'logprob' | 'censored'> {
  const value = told(token.logprob)
  if (value !== null) return { logprob: value }
  return { logprob: listed.length === 0 ? CENSORED_VALUE : Math.min(...listed), censored: true }
}

function toOutput(token: RawToken, end: boolean): OutputToken {
  const top = (token.top ?? []).flatMap(({ text, id, logprob }) => {
    const value = told(logprob)
    return value === null ? [] : [{ text, id: id ?? null, logprob: value }]
  })
  const value = valueOf(
    token,
    top.map(({ logprob }) => logprob)
  )
  return { id: token.id ?? null, text: end ? '' : token.text, entropy: null, top, end, ...value }
}

/** Where the end tokens behind the text begin, as far as they can be told by their names. */
function firstEnd(tokens: readonly RawToken[]): number {
  let first = tokens.length
  while (first > Math.max(0, tokens.length - MOST_END_TOKENS) && isEnd(tokens[first - 1]!)) first--
  return first
}

const isEnd = (token: RawToken): boolean =>
  token.special === true || isEndToken(token.text, token.bytes?.length ?? utf8(token.text).length)

/** How many of the tokens are the text; null: they do not rebuild it. */
function aligned(tokens: readonly RawToken[], text: string): number | null {
  for (let count = firstEnd(tokens); count <= tokens.length; count++) {
    const body = tokens.slice(0, count)
    if (body.map((token) => token.text).join('') === text || rebuilds(body.map(bytesOf), text)) return count
  }
  return null
}

function problemIn({ logprob, top }: OutputToken): string | null {
  const mass = top.reduce((sum, one) => sum + Math.exp(one.logprob), 0)
  if (logprob > 0 || top.some((one) => one.logprob > 0)) return 'A log-probability is above 0.'
  return mass > 1 + MASS_TOLERANCE
    ? `Alternatives of one token have probabilities that add up to ${mass.toFixed(3)}.`
    : null
}

const failed = (reason: string, message: string): Normalised => ({
  tokens: null,
  lack: { status: 'failed', reason, message }
})

/** The server told no log-probabilities with a text. */
export const NO_LOGPROBS: Normalised = {
  tokens: null,
  lack: {
    status: 'skipped',
    reason: 'upstream_no_logprobs',
    message:
      'The upstream tells no log-probabilities with this model; name scorers that read samples, or another model.'
  }
}

/** The tokens of `text` with the end token behind them, or why there are none. */
export function normalise(tokens: readonly RawToken[] | null, text: string): Normalised {
  if (tokens === null || (tokens.length === 0 && text !== '')) return NO_LOGPROBS
  const count = aligned(tokens, text)
  if (count === null) {
    return failed(
      'alignment_failed',
      "The upstream's tokens, joined, are not its text: scores of tokens cannot be told."
    )
  }
  const output = tokens.slice(0, count + 1).map((token, i) => toOutput(token, i === count))
  const problem = output.map(problemIn).find((each) => each !== null)
  return problem === undefined ? { tokens: output } : failed('invalid_logprob', problem)
}
