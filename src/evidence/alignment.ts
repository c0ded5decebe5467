/**
 * Do tokens rebuild the text? Bytes are joined, not strings, because one character may be split over tokens. Spans
 * count UTF-16 units; a token that holds part of a character covers the whole of it.
 */
const encoder = new TextEncoder()

/** Start and end of a token in the text, in UTF-16 units. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** UTF-8 bytes of a text; lone surrogates become U+FFFD, as they do on the wire. */
export function utf8(text: string): Uint8Array {
  return encoder.encode(text)
}

/** True when the pieces, joined, are exactly the bytes of the text. */
export function rebuilds(pieces: readonly Uint8Array[], text: string): boolean {
  const whole = utf8(text)
  let at = 0
  for (const piece of pieces) {
    if (at + piece.length > whole.length) return false
    for (const byte of piece) if (whole[at++] !== byte) return false
  }
  return at === whole.length
}

/** Spans of consecutive pieces that start at the beginning of the text; what lies beyond its end is cut off. */
export function spansOf(byteCounts: readonly number[], text: string): readonly Span[] {
  const { starts, ends } = characterEdges(text)
  let at = 0
  return byteCounts.map((count) => {
    const first = at
    at += count
    const start = starts[first] ?? text.length
    return { start, end: count === 0 ? start : (ends[at - 1] ?? text.length) }
  })
}

/** For every byte of the text: where its character starts and ends, in UTF-16 units. */
function characterEdges(text: string): { readonly starts: readonly number[]; readonly ends: readonly number[] } {
  const starts: number[] = []
  const ends: number[] = []
  let unit = 0
  for (const character of text) {
    for (let byte = utf8(character).length; byte > 0; byte--) {
      starts.push(unit)
      ends.push(unit + character.length)
    }
    unit += character.length
  }
  return { starts, ends }
}
