// A fixed locale: the result must not depend on the machine. Dictionary-based scripts are recognised under any locale.
const segmenter = new Intl.Segmenter('en', { granularity: 'word' })

/** Longest stretch of a text that is read, in UTF-16 units per word asked for. */
const UNITS_PER_WORD = 32

/** Words of the beginning of a text. `cut` is true when the text goes on after them. */
export interface Words {
  readonly words: readonly string[]
  readonly cut: boolean
}

/**
 * Words of a text in any script, lower-cased, at most `limit`. A text without a single word (an emoji, a formula of
 * signs) gives its visible segments instead, so that two such texts can still differ.
 */
export function words(text: string, limit: number): Words {
  const read = text.slice(0, limit * UNITS_PER_WORD)
  const segments = [...segmenter.segment(read.toLowerCase())]
  const wordLike = segments.filter((part) => part.isWordLike === true)
  const visible = wordLike.length > 0 ? wordLike : segments.filter((part) => part.segment.trim() !== '')
  return {
    words: visible.slice(0, limit).map((part) => part.segment),
    cut: visible.length > limit || read.length < text.length
  }
}
