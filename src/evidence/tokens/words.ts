/** The words of a text and which of them a token is part of. */
import type { Span } from '../alignment.js'

const segmenter = new Intl.Segmenter('en', { granularity: 'word' })

/** Where the words of a text stand, in order, in any script. */
export function wordSpans(text: string): readonly Span[] {
  return [...segmenter.segment(text)]
    .filter(({ isWordLike }) => isWordLike === true)
    .map(({ index, segment }) => ({ start: index, end: index + segment.length }))
}

/** From the first word that shares a character with `token` to the last one; null when none does. `words` in order. */
export function wordsAround(token: Span, words: readonly Span[]): Span | null {
  const touched = words.filter(({ start, end }) => start < token.end && end > token.start)
  return touched.length === 0 ? null : { start: touched[0]!.start, end: touched.at(-1)!.end }
}

/** A text without the spaces and signs around it; empty when it holds no letter, digit or other sign of a word. */
export function bare(text: string): string {
  return text.replace(/^[^\p{L}\p{N}\p{M}]+|[^\p{L}\p{N}\p{M}]+$/gu, '')
}
