/** The tokens of a text and where each stands in it. */
import type { Generation, Token } from '../../scorer.js'
import { spansOf, utf8, type Span } from '../alignment.js'
import type { Aligned } from '../supplied-output.js'

/** A text with its tokens and one span per token; tokens that share a character share its span. */
export interface LocatedTokens {
  readonly text: string
  readonly tokens: readonly Token[]
  readonly spans: readonly Span[]
}

/** `supplied` is what the caller sent for the text: its byte counts are exact where a character is split over tokens. */
export function locateTokens(
  { text, tokens }: Generation & { readonly tokens: readonly Token[] },
  supplied: Aligned | null
): LocatedTokens {
  const counts = (): number[] => tokens.map((token) => utf8(token.text).length)
  const told = supplied?.alignment === 'exact' ? supplied.spans() : null
  return { text, tokens, spans: told ?? spansOf(counts(), text) }
}
