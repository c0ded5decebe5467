/** The log-probabilities of a choice that are its text's own. */
import type { RawToken } from '../upstreams/contract.js'
import { align } from '../upstreams/normalise/align.js'
import type { HeardChoice } from './contract.js'
import { isJson } from './incoming.js'

type Entry = Readonly<Record<string, unknown>>

function rawToken(entry: Entry): RawToken {
  const bytes = Array.isArray(entry['bytes']) ? (entry['bytes'] as number[]) : null
  return { text: String(entry['token'] ?? ''), bytes, logprob: entry['logprob'] }
}

/**
 * The same choice without the tokens of what was thought before the answer, and of the stop string behind it. What does
 * not fit the text is left as it is, for its reader to refuse.
 *
 * @param stop strings at which the text was cut
 */
export function withOwnTokens(choice: HeardChoice, stop: readonly string[]): HeardChoice {
  const { text, logprobs, finishReason, reasoning } = choice
  if (text === null || logprobs === null) return choice
  const entryOf = new Map(logprobs.filter(isJson).map((entry) => [rawToken(entry), entry]))
  const tokens = [...entryOf.keys()]
  const thoughts = reasoning === '' ? {} : { reasoning }
  const aligned = align({ text, tokens, finishReason, ...thoughts }, stop)
  if (aligned === null) return choice
  const { body, end } = aligned
  let length = 0
  const own = body.filter((piece) => (length += piece.text.length) <= text.length).map(({ token }) => token)
  return { ...choice, logprobs: [...own, ...(end === null ? [] : [end])].map((token) => entryOf.get(token)) }
}
