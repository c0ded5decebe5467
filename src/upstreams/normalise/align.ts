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
export type Told = Pick<RawChoice, 'finishReason' | 'reasoning'> & {
  readonly text: string
  readonly tokens: readonly RawToken[]
}

const MOST_END_TOKENS = 4

const bytesOf = ({ bytes, text }: RawToken): Uint8Array => (bytes ? Uint8Array.from(bytes) : utf8(text))

/** Texts of the tokens from their bytes: a character that is split over tokens belongs to the last of them. */
function decoded(tokens: readonly RawToken[], isFlushed: boolean): readonly Piece[] {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  const pieces = tokens.map((token) => ({ token, text: decoder.decode(bytesOf(token), { stream: true }) }))
  const cut = isFlushed ? decoder.decode() : ''
  return pieces.map((piece, i) => (i === pieces.length - 1 ? { ...piece, text: piece.text + cut } : piece))
}

/** The tokens as texts, as bytes, and as bytes with U+FFFD for a last character that was cut. */
const READINGS: readonly ((tokens: readonly RawToken[]) => readonly Piece[])[] = [
  (tokens) => tokens.map((token) => ({ token, text: token.text })),
  (tokens) => decoded(tokens, false),
  (tokens) => decoded(tokens, true)
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
  const whole = joined(pieces)
  if (whole === text) return pieces
  if (reasoning === undefined || !whole.endsWith(text)) return null
  // Else the tokens may be those of the thoughts alone, which happen to end as the answer does.
  const hasThoughts = whole.slice(0, whole.length - text.length).includes(reasoning.trim())
  return hasThoughts ? lastOf(pieces, text.length) : null
}

/** The first pieces that hold so many characters. */
function firstOf(pieces: readonly Piece[], length: number): readonly Piece[] {
  let missing = length
  let count = 0
  while (missing > 0 && count < pieces.length) missing -= pieces[count++]!.text.length
  return pieces.slice(0, count)
}

/**
 * The pieces up to the stop string at whose begin the text was cut: as the embedded model tells them. Null: there is no
 * stop string behind the text.
 */
function stoppedIn(pieces: readonly Piece[], { text, finishReason }: Told, stop: readonly string[]) {
  const whole = joined(pieces)
  if (finishReason !== 'stop' || !whole.startsWith(text)) return null
  const found = stop.find((each) => each !== '' && whole.startsWith(each, text.length))
  return found === undefined ? null : firstOf(pieces, text.length + found.length)
}

/** True for a token that ends a text, as far as its name tells. */
export const isEnd = (token: RawToken): boolean =>
  isEndToken(token.text, token.bytes?.length ?? utf8(token.text).length)

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
