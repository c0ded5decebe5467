/** Tokens as a server told them, brought to one form and held against the text (product conventions, eight rules). */
import type { OutputToken } from '../../engine/engine.js'
import type { Normalised, RawChoice, RawToken } from '../contract.js'
import { align } from './align.js'
import { toldLogprob } from './value.js'

/** Value of a token that is only known to be improbable, in nats. */
const CENSORED_VALUE = -100
/** Rounding may lift the sum of the alternatives' probabilities this far above 1. */
export const MASS_TOLERANCE = 1e-3

/** Without a value of its own a token is at most as probable as the least of the alternatives that are listed. */
function valueOf(token: RawToken, top: OutputToken['top']): Pick<OutputToken, 'logprob' | 'censored'> {
  const value = toldLogprob(token.logprob)
  if (value !== null) return { logprob: value }
  return { logprob: top.at(-1)?.logprob ?? CENSORED_VALUE, censored: true }
}

function topOf({ top = [] }: RawToken): OutputToken['top'] {
  const known = top.flatMap(({ text, id, logprob }) => {
    const value = toldLogprob(logprob)
    return value === null ? [] : [{ text, id: id ?? null, logprob: value }]
  })
  return known.toSorted((a, b) => b.logprob - a.logprob)
}

/** One token in the form of the engine. `text` is what it adds to the answer, `end` whether it ends it. */
export function outputToken(token: RawToken, text: string, end: boolean): OutputToken {
  const top = topOf(token)
  return { id: token.id ?? null, text, entropy: null, top, end, ...valueOf(token, top) }
}

function problemIn({ logprob, top }: OutputToken): string | null {
  if (logprob > 0 || top.some((one) => one.logprob > 0)) return 'A log-probability is above 0.'
  const mass = top.reduce((sum, one) => sum + Math.exp(one.logprob), 0)
  if (mass <= 1 + MASS_TOLERANCE) return null
  return `Alternatives of one token have probabilities that add up to ${mass.toFixed(3)}.`
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

/** The tokens that were checked, or `invalid_logprob` and why. */
export function checked(tokens: readonly OutputToken[]): Normalised {
  const problem = tokens.map(problemIn).find((each) => each !== null)
  return problem === undefined ? { tokens } : failed('invalid_logprob', problem)
}

/**
 * The tokens of a choice's text with the end token behind them, or why there are none.
 *
 * @param stop strings at which the text was cut
 */
export function normalise(choice: Omit<RawChoice, 'index'>, stop: readonly string[] = []): Normalised {
  const { tokens, text } = choice
  if (tokens === null || (tokens.length === 0 && text !== '')) return NO_LOGPROBS
  if (tokens.length > 0 && tokens.every(({ logprob }) => (logprob ?? null) === null)) return NO_LOGPROBS
  const aligned = align({ ...choice, tokens }, stop)
  if (aligned === null) {
    return failed('alignment_failed', "The upstream's tokens, joined, are not its text: it has no scores of tokens.")
  }
  const { body, end } = aligned
  const output = body.map((piece) => outputToken(piece.token, piece.text, false))
  return checked(end === null ? output : [...output, outputToken(end, '', true)])
}
