// A fixed locale: the result must not depend on the machine. Dictionary-based scripts are recognised under any locale.
const segmenter = new Intl.Segmenter('en', { granularity: 'word' })

/** The segmenter's cost per segment grows with the text it is given, so it is given this many UTF-16 units at a time. */
const WINDOW_UNITS = 1024
/** Longest stretch of a text that is read, in UTF-16 units per word asked for. */
const UNITS_PER_WORD = 32

/** Words of the beginning of a text. `cut` is true when the text goes on after them. */
export interface Words {
  readonly words: readonly string[]
  readonly cut: boolean
}

/** A word, or a stretch between words; `start` counts UTF-16 units. */
export interface WordSegment {
  readonly text: string
  readonly start: number
  readonly isWord: boolean
}

/**
 * The words of a text of any length and what stands between them, in order. Window by window: the last segment of one
 * may be half a word, so the next starts with it. What the segmenter gives holds a copy of all that it was given, hence
 * nothing of it is kept.
 */
export function* wordSegments(text: string): Generator<WordSegment> {
  for (let start = 0; start < text.length;) {
    const from = start
    const window = text.slice(from, from + WINDOW_UNITS)
    const segments = Array.from(segmenter.segment(window), ({ segment, index, isWordLike }) => {
      return { text: segment, start: from + index, isWord: isWordLike === true }
    })
    const isLast = from + WINDOW_UNITS >= text.length || segments.length === 1
    yield* isLast ? segments : segments.slice(0, -1)
    start = isLast ? from + window.length : segments.at(-1)!.start
  }
}

function take(segments: Iterable<WordSegment>, limit: number, counts: (one: WordSegment) => boolean): Words {
  const words: string[] = []
  for (const one of segments) {
    if (!counts(one)) continue
    if (words.length === limit) return { words, cut: true }
    words.push(one.text)
  }
  return { words, cut: false }
}

/**
 * Words of a text in any script, lower-cased, at most `limit`. A text without a single word (an emoji, a formula of
 * signs) gives its visible segments instead, so that two such texts can still differ.
 */
export function words(text: string, limit: number): Words {
  const read = text.slice(0, limit * UNITS_PER_WORD).toLowerCase()
  const wordLike = take(wordSegments(read), limit, ({ isWord }) => isWord)
  const found = wordLike.words.length > 0 ? wordLike : take(wordSegments(read), limit, (one) => one.text.trim() !== '')
  return { words: found.words, cut: found.cut || text.length > limit * UNITS_PER_WORD }
}
