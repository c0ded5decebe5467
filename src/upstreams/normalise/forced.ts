/** The tokens of a given text, found at the end of a prompt that a server has read. */
import type { OutputToken } from '../../engine/engine.js'
import { Unsupported } from '../../errors.js'
import type { ForcedRequest, RawToken } from '../contract.js'
import { align } from './align.js'
import { checked, outputToken } from './tokens.js'

/** Tokens of a template that may follow the text: its end, and a line break. */
const MOST_BEHIND = 4

/** The tokens that rebuild the text, as near to the end of the prompt as they are found; with the one behind them. */
function locate(prompt: readonly RawToken[], text: string) {
  for (let behind = 0; behind <= Math.min(MOST_BEHIND, prompt.length); behind++) {
    const tokens = prompt.slice(0, prompt.length - behind)
    // Whatever stands before the text is passed over, as reasoning is before an answer.
    const found = align({ text, tokens, finishReason: 'length', reasoning: '' }, [])
    if (found !== null && found.body.length > 0) return { body: found.body, next: prompt[tokens.length] ?? null }
  }
  return null
}

/**
 * Tokens that rebuild the text, and with `includeEnd` the template's end token behind them. Throws `Unsupported`:
 * `alignment_failed` where none do (the text's first token may be joined to what stands before it), `invalid_logprob`.
 */
export function forcedTokens(
  prompt: readonly RawToken[],
  { text, includeEnd }: Pick<ForcedRequest, 'text' | 'includeEnd'>
): readonly OutputToken[] {
  const found = locate(prompt, text)
  if (found === null) {
    const message = "The upstream's tokens of the prompt do not end with the given text; supply its `logprobs`."
    throw new Unsupported('alignment_failed', message)
  }
  const { body, next } = found
  const tokens = body.map((piece) => outputToken(piece.token, piece.text, false))
  const { tokens: whole, lack } = checked(
    includeEnd && next !== null ? [...tokens, outputToken(next, '', true)] : tokens
  )
  if (lack !== undefined) throw new Unsupported(lack.reason, lack.message)
  return whole
}
