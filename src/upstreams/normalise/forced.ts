/** The tokens of a given text, found at the end of a prompt that a server has read. */
import type { OutputToken, ScoreTextRequest } from '../../engine/engine.js'
import { Unsupported } from '../../errors.js'
import type { RawToken } from '../contract.js'
import { normalise } from './tokens.js'

/**
 * Tokens that rebuild the text, from the end of the prompt; templates may put an end token behind it. Throws
 * `Unsupported` where none do: the text's first token may be joined to what stands before it.
 */
export function forcedTokens(prompt: readonly RawToken[], { text }: ScoreTextRequest): readonly OutputToken[] {
  for (let first = prompt.length - 1; first >= 0; first--) {
    const tail = prompt.slice(first)
    if (tail.map((token) => token.text).join('').length < text.length) continue
    const { tokens } = normalise(tail, text)
    if (tokens !== null) return tokens
    if (tail.map((token) => token.text).join('').length > text.length + LONGEST_END) break
  }
  const message = "The upstream's tokens of the prompt do not end with the given text; supply its `logprobs`."
  throw new Unsupported('upstream_no_forcing', message)
}

/** Characters that the names of end tokens may take. */
const LONGEST_END = 64
