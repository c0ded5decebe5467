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

/** Segments window by window. The last segment of a window may be half a word: the next window starts with it. */
function* segmentsOf(text: string): Generator<Intl.SegmentData> {
  for (let start = 0; start < text.length;) {
    const segments = [...segmenter.segment(text.slice(start, start + WINDOW_UNITS))]
    const last = start + WINDOW_UNITS >= text.length || segments.length === 1
    const whole = last ? segments : segments.slice(0, -1)
    yield* whole
    start += whole.reduce((units, { segment }) => units + segment.length, 0)
  }
}

function take(segments: Iterable<Intl.SegmentData>, limit: number, counts: (one: Intl.SegmentData) => boolean): Words {
  const words: string[] = []
  for (const one of segments) {
    if (!counts(one)) continue
    if (words.length === limit) return { words, cut: true }
    words.push(one.segment)
  }
  return { words, cut: false }
}

/**
 * Words of a text in any script, lower-cased, at most `limit`. A text without a single word (an emoji, a formula of
 * signs) gives its visible segments instead, so that two such texts can still differ.
 */
export function words(text: string, limit: number): Words {
  const read = text.slice(0, limit * UNITS_PER_WORD).toLowerCase()
  const wordLike = take(segmentsOf(read), limit, (one) => one.isWordLike === true)
  const found =
    wordLike.words.length > 0 ? wordLike : take(segmentsOf(read), limit, ({ segment }) => segment.trim() !== '')
  return { words: found.words, cut: found.cut || text.length > limit * UNITS_PER_WORD }
}
