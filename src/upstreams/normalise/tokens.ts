/** Tokens as a server told them, brought to one form and held against the text (product conventions, eight rules). */
import type { OutputToken } from '../../engine/engine.js'
import { contradiction } from '../../evidence/contradiction.js'
import type { Normalised, RawChoice, RawToken } from '../contract.js'
import { align, type Aligned } from './align.js'
import { toldLogprob } from './value.js'

/** Value of a token that is only known to be improbable, in nats. */
const CENSORED_VALUE = -100

/** Without a value of its own a token is only known to be improbable: it gets the value that supplied ones get, too. */
function valueOf({ logprob }: RawToken): Pick<OutputToken, 'logprob' | 'censored'> {
  const value = toldLogprob(logprob)
  return value === null ? { logprob: CENSORED_VALUE, censored: true } : { logprob: value }
}

function topOf({ top = [] }: RawToken): OutputToken['top'] {
  const known = top.flatMap(({ text, id, logprob }) => {
    const value = toldLogprob(logprob)
    return value === null ? [] : [{ text, id: id ?? null, logprob: value }]
  })
  return known.toSorted((a, b) => b.logprob - a.logprob)
}

/** A choice that is a text. */
export type TextChoice = Omit<RawChoice, 'index' | 'text'> & { readonly text: string }

/** One token in the form of the engine. `text` is what it adds to the answer, `end` whether it ends it. */
function outputToken(token: RawToken, text: string, end: boolean): OutputToken {
  return { id: token.id ?? null, text, entropy: null, top: topOf(token), end, ...valueOf(token) }
}

/** `told` is the text of the token as it is listed, too. */
function problemIn({ logprob, censored, top }: OutputToken, told: string): string | null {
  if (logprob > 0 || top.some((one) => one.logprob > 0)) return 'A log-probability is above 0.'
  const fault = contradiction(told, censored === true ? null : logprob, top)
  return fault === null ? null : `${fault.title} The list ${fault.message}.`
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

/** The tokens of aligned pieces that were checked, or `invalid_logprob` and why. */
export function checkedTokens({ body, end }: Aligned): Normalised {
  const tokens = body.map((piece) => outputToken(piece.token, piece.text, false))
  const whole = end === null ? tokens : [...tokens, outputToken(end, '', true)]
  const told = [...body.map(({ token }) => token), ...(end === null ? [] : [end])]
  const problem = whole.map((token, i) => problemIn(token, told[i]!.text)).find((each) => each !== null)
  return problem === undefined ? { tokens: whole } : failed('invalid_logprob', problem)
}

/**
 * The tokens of a choice's text with the end token behind them, or why there are none.
 *
 * @param stop strings at which the text was cut
 */
export function normalise(choice: TextChoice, stop: readonly string[] = []): Normalised {
  const { tokens, text } = choice
  if (tokens === null || (tokens.length === 0 && text !== '')) return NO_LOGPROBS
  if (tokens.length > 0 && tokens.every(({ logprob }) => (logprob ?? null) === null)) return NO_LOGPROBS
  const aligned = align({ ...choice, tokens }, stop)
  if (aligned !== null) return checkedTokens(aligned)
  return failed('alignment_failed', "The upstream's tokens, joined, are not its text: it has no scores of tokens.")
}
