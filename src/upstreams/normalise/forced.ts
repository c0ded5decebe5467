/** The tokens of a given text, found at the end of a prompt that a server has read. */
import type { OutputToken } from '../../engine/engine.js'
import { Unsupported } from '../../errors.js'
import type { ForcedRequest, RawToken, ReadPrompt } from '../contract.js'
import { align, isEnd, type Aligned } from './align.js'
import { checkedTokens } from './tokens.js'

/** Tokens of a template that may follow the text: its end, and a line break. */
const MOST_BEHIND = 4

/** A template closes a turn with nothing but end tokens and space. */
const closes = (token: RawToken): boolean => isEnd(token) || token.text.trim() === ''

/** The tokens that rebuild the text and nothing else, before the last `behind` of the prompt. */
function before(behind: number, prompt: readonly RawToken[], text: string): Aligned | null {
  const tokens = prompt.slice(0, prompt.length - behind)
  // Whatever stands before the text is passed over, as reasoning is before an answer.
  const found = align({ text, tokens, finishReason: 'length', reasoning: '' }, [])
  if (found === null || found.body.length === 0) return null
  const next = prompt[tokens.length]
  return { body: found.body, end: next !== undefined && isEnd(next) ? next : null }
}

function locate({ tokens, isClosed }: ReadPrompt, text: string): Aligned | null {
  if (!isClosed) return before(0, tokens, text)
  for (let behind = 1; behind <= MOST_BEHIND && closes(tokens.at(-behind) ?? NOTHING); behind++) {
    const found = before(behind, tokens, text)
    if (found !== null) return found
  }
  return null
}

const NOTHING: RawToken = { text: 'none', logprob: null }

/**
 * Tokens that rebuild the text, and with `includeEnd` the end token that the template puts behind them, if it does.
 * Throws `Unsupported`: `alignment_failed` where none do (the text's first token may be joined to what stands before
 * it), `invalid_logprob`.
 */
export function forcedTokens(
  read: ReadPrompt,
  { text, includeEnd }: Pick<ForcedRequest, 'text' | 'includeEnd'>
): readonly OutputToken[] {
  const found = locate(read, text)
  if (found === null) {
    const message = "The upstream's tokens of the prompt do not end with the given text; supply its `logprobs`."
    throw new Unsupported('alignment_failed', message)
  }
  const { tokens, lack } = checkedTokens(includeEnd ? found : { ...found, end: null })
  if (lack !== undefined) throw new Unsupported(lack.reason, lack.message)
  return tokens
}
