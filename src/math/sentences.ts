/** Sentences of a text in any script. */

/** A part of a text; `start` and `end` count UTF-16 units of it. */
export interface TextPart {
  readonly text: string
  readonly start: number
  readonly end: number
}

// A fixed locale: the result must not depend on the machine.
const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' })

/** The segmenter slows down with the length of what it is given, so it is given this many UTF-16 units at a time. */
const WINDOW_UNITS = 4096

/** Stops that end no sentence: after an initial, a common abbreviation or the number of a list. */
const FALSE_STOP =
  /(?:^|[\s(.])(?:\p{Lu}|Mr|Mrs|Ms|Dr|Prof|St|Jr|Sr|vs|etc|e\.g|i\.e|cf|Fig|Inc|Ltd|Co|Corp)\.[ \t]*$|^\s*\p{N}+[.)][ \t]*$/u

/** Units at the end of a sentence in which a false stop is looked for. */
const TAIL_UNITS = 64

/** A window does not end within a character of two units. */
function endOfWindow(text: string, start: number): number {
  const end = start + WINDOW_UNITS
  return /[\uD800-\uDBFF]/u.test(text.charAt(end - 1)) ? end - 1 : end
}

/** Segments window by window. The last of a window may be half a sentence: the next window starts with it. */
function segmentsOf(text: string): string[] {
  const found: string[] = []
  for (let start = 0; start < text.length;) {
    const end = endOfWindow(text, start)
    const segments = [...segmenter.segment(text.slice(start, end))].map(({ segment }) => segment)
    const isLast = end >= text.length || segments.length === 1
    const whole = isLast ? segments : segments.slice(0, -1)
    found.push(...whole)
    start += whole.reduce((units, segment) => units + segment.length, 0)
  }
  return found
}

/** Joins what the segmenter parts wrongly: a false stop with what follows, bare signs with what stands before. */
function joined(segments: readonly string[]): string[] {
  const sentences: string[] = []
  let [isOpen, saysSomething, tail] = [false, false, '']
  for (const segment of segments) {
    const isBare = !/[\p{L}\p{N}]/u.test(segment)
    const isJoined = isOpen || (isBare && sentences.length > 0)
    if (isJoined) sentences[sentences.length - 1] += segment
    else sentences.push(segment)
    saysSomething = !isBare || (isJoined && saysSomething)
    tail = ((isJoined ? tail : '') + segment).slice(-TAIL_UNITS)
    isOpen = !saysSomething || FALSE_STOP.test(tail)
  }
  return sentences
}

function trimmed(segment: string, start: number): TextPart {
  const text = segment.trim()
  const from = start + segment.length - segment.trimStart().length
  return { text, start: from, end: from + text.length }
}

/**
 * The sentences of a text in order, without the white space around them. A text of signs alone (an emoji) is one
 * sentence; a blank text has none.
 */
export function sentencesOf(text: string): TextPart[] {
  let start = 0
  const parts = joined(segmentsOf(text)).map((segment) => {
    const part = trimmed(segment, start)
    start += segment.length
    return part
  })
  return parts.filter((part) => part.text !== '')
}
