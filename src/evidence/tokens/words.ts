/** The words of a text and which of them a token is part of. */
import { wordSegments } from '../../math/words.js'
import type { Span } from '../alignment.js'

/** Where the words of a text stand, in order, in any script. */
export function wordSpans(text: string): readonly Span[] {
  return [...wordSegments(text)]
    .filter(({ isWord }) => isWord)
    .map((word) => ({ start: word.start, end: word.start + word.text.length }))
}

/** From the first word that shares a character with `token` to the last one; null when none does. `words` in order. */
export function wordsAround(token: Span, words: readonly Span[]): Span | null {
  const touched = words.filter(({ start, end }) => start < token.end && end > token.start)
  return touched.length === 0 ? null : { start: touched[0]!.start, end: touched.at(-1)!.end }
}

/** A text without the spaces and signs around it; empty when it holds no letter, digit or other sign of a word. */
export function bare(text: string): string {
  // Not one pattern with `+$`: that tries the end again from every sign of a long run of them.
  const signs = [...text.matchAll(/[\p{L}\p{N}\p{M}]+/gu)]
  const last = signs.at(-1)
  return last === undefined ? '' : text.slice(signs[0]!.index, last.index + last[0].length)
}
