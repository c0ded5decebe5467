/** Choices of a server as rows of the engine. */
import type { Basis, OutputRow } from '../engine/engine.js'
import type { RawAnswer, RawChoice } from './contract.js'
import type { Call } from './drawing.js'
import { normalise, NO_LOGPROBS } from './normalise/tokens.js'

/** How servers say that a text has come to its end, or to a limit. */
const FINISHED: ReadonlyMap<string | null, OutputRow['finishReason']> = new Map([
  ['stop', 'stop'],
  ['eos_token', 'stop'],
  ['stop_sequence', 'stop'],
  ['length', 'length'],
  ['max_tokens', 'length'],
  ['content_filter', 'length']
])

/** One choice as the row `index`, or null when it is no text; `drawing` is what was asked for. */
export function rowOf(
  choice: RawChoice,
  index: number,
  { topCount, stop }: Call['drawing'],
  basis: Basis
): OutputRow | null {
  const { text } = choice
  if (text === null) return null
  const finishReason = FINISHED.get(choice.finishReason) ?? null
  const told = topCount === null ? NO_LOGPROBS : normalise({ ...choice, text, finishReason }, stop)
  const rest = told.tokens === null ? { tokens: null, lack: told.lack } : { tokens: told.tokens, basis }
  return { index, text, finishReason, ...rest }
}

/** True when the server was asked for log-probabilities and gave a text without them. */
export const isBare = (row: OutputRow, { topCount }: Call['drawing']): boolean =>
  topCount !== null && row.text !== '' && row.lack?.reason === 'upstream_no_logprobs'

/** Tokens that were written, as far as they are told. */
export function writtenTokens({ completionTokens, choices }: RawAnswer): number {
  return completionTokens ?? choices.reduce((sum, { tokens }) => sum + (tokens?.length ?? 0), 0)
}
