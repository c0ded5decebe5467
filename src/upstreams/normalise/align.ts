/** Which of the told tokens are the text, and which stand before and behind it (product conventions, rules 4 and 5). */
import { utf8 } from '../../evidence/alignment.js'
import { isEndToken } from '../../evidence/end-token.js'
import type { RawChoice, RawToken } from '../contract.js'

/** A token and the characters of the text that are its own: those that it completes. */
export interface Piece {
  readonly token: RawToken
  readonly text: string
}

/** The tokens of the text in order, and the end token behind them, when there is one. */
export interface Aligned {
  readonly body: readonly Piece[]
  readonly end: RawToken | null
}

/** A text and the tokens that were told with it. */
export type Told = Pick<RawChoice, 'text' | 'finishReason' | 'reasoning'> & { readonly tokens: readonly RawToken[] }

const MOST_END_TOKENS = 4

const bytesOf = ({ bytes, text }: RawToken): Uint8Array => (bytes ? Uint8Array.from(bytes) : utf8(text))

/** Texts of the tokens from their bytes: a character that is split over tokens belongs to the last of them. */
function decoded(tokens: readonly RawToken[], last: string): readonly Piece[] {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  const pieces = tokens.map((token) => ({ token, text: decoder.decode(bytesOf(token), { stream: true }) }))
  return pieces.map((piece, i) => (i === pieces.length - 1 ? { ...piece, text: piece.text + last } : piece))
}

/** The tokens as texts, as bytes, and as bytes whose last character was cut, in which servers put U+FFFD. */
const READINGS: readonly ((tokens: readonly RawToken[]) => readonly Piece[])[] = [
  (tokens) => tokens.map((token) => ({ token, text: token.text })),
  (tokens) => decoded(tokens, ''),
  (tokens) => decoded(tokens, '\ufffd')
]

const joined = (pieces: readonly Piece[]): string => pieces.map(({ text }) => text).join('')

/** Leaves out the first pieces until `length` characters are left; null when a piece lies across the edge. */
function lastOf(pieces: readonly Piece[], length: number): readonly Piece[] | null {
  let over = joined(pieces).length - length
  let first = 0
  while (over > 0 && first < pieces.length) over -= pieces[first++]!.text.length
  return over === 0 ? pieces.slice(first) : null
}

/** The pieces of the text, what the model thought before it left out; null: they do not rebuild it. */
function bodyIn(pieces: readonly Piece[], { text, reasoning }: Told): readonly Piece[] | null {
  const body = reasoning === undefined ? pieces : lastOf(pieces, text.length)
  return body !== null && joined(body) === text ? body : null
}

/** All pieces, where the text was cut before a stop string that they hold: as the embedded model tells them. */
function stoppedIn(pieces: readonly Piece[], { text, finishReason, reasoning }: Told, stop: readonly string[]) {
  if (finishReason === 'length' || reasoning !== undefined) return null
  const whole = joined(pieces)
  const rest = whole.slice(text.length)
  return whole.startsWith(text) && stop.some((each) => each !== '' && rest.startsWith(each)) ? pieces : null
}

const isEnd = (token: RawToken): boolean =>
  token.special === true || isEndToken(token.text, token.bytes?.length ?? utf8(token.text).length)

/** How many tokens stand before those that end the text, as far as ends can be told; a cut text has none. */
function beforeEnd(tokens: readonly RawToken[], finishReason: string | null): number {
  if (finishReason === 'length') return tokens.length
  let count = tokens.length
  while (count > Math.max(0, tokens.length - MOST_END_TOKENS) && isEnd(tokens[count - 1]!)) count--
  return count
}

/**
 * Aligns the told tokens with the text.
 *
 * @param stop strings at which the text was cut, whose tokens may have been told
 * @returns null when the tokens do not rebuild the text
 */
export function align(told: Told, stop: readonly string[]): Aligned | null {
  const { tokens, finishReason } = told
  for (let count = beforeEnd(tokens, finishReason); count <= tokens.length; count++) {
    for (const read of READINGS) {
      const pieces = read(tokens.slice(0, count))
      const body = bodyIn(pieces, told)
      if (body !== null) return { body, end: tokens[count] ?? null }
      const stopped = stoppedIn(pieces, told, stop)
      if (stopped !== null) return { body: stopped, end: null }
    }
  }
  return null
}
