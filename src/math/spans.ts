/** Claim-like spans: the stretches of a text that a claim can hang on. */
import { isFunctionWord } from './function-words.js'
import { sentencesOf, type TextPart } from './sentences.js'
import { wordSegments, type WordSegment as Segment } from './words.js'

/** Quoted text is one span, whatever words it holds. The marks themselves are left out. */
const QUOTED = /“([^“”]+)”|„([^“”„]+)[“”]|«([^«»]+)»|「([^「」]+)」|(?<![\p{L}\p{N}])"([^"]+)"(?![\p{L}\p{N}])/gu
/** Particles that stand inside names: "University of Oxford", "Ludwig van Beethoven". */
const PARTICLES: ReadonlySet<string> = new Set(
  'of de del della der den di da do dos du la le las los el al bin ibn van von y zu'.split(' ')
)
/** Signs that do not part the words around them, when they touch both. */
const JOINING = /^[-‐‑–'’/&.,:%+*=^°$€£#@_]+$/u

/**
 * Runs of content words: neighbouring words that are no function words, parted by spaces or joining signs at most, with
 * the particles inside names and compounds; and quoted text. Every other function word, sign and line break ends a span, and none
 * crosses a sentence. No grammar is known: a verb may join the noun before it ("Canberra became"). Function words are
 * English; elsewhere, and in scripts without spaces, a span reaches from sign to sign.
 */
export function claimSpans(text: string): TextPart[] {
  return sentencesOf(text).flatMap((sentence) => {
    const quotes = quotesIn(sentence)
    const rest = segmentsOf(sentence)
    const runs = runsOf(rest.filter(({ start }) => !quotes.some((quote) => within(start, quote))))
    const spans = runs.map(({ from, to }) => ({ start: from.start, end: to.start + to.text.length }))
    return [...quotes, ...spans]
      .sort((a, b) => a.start - b.start)
      .map(({ start, end }) => ({ text: text.slice(start, end), start, end }))
  })
}

interface Stretch {
  readonly start: number
  readonly end: number
}

function within(position: number, { start, end }: Stretch): boolean {
  return position >= start && position < end
}

function quotesIn({ text, start }: TextPart): readonly Stretch[] {
  return [...text.matchAll(QUOTED)].flatMap((match) => {
    const inner = match.slice(1).find((group) => group !== undefined) ?? ''
    const from = start + match.index + match[0].indexOf(inner)
    const bare = inner.trim()
    const first = from + inner.indexOf(bare)
    return bare === '' ? [] : [{ start: first, end: first + bare.length }]
  })
}

function segmentsOf({ text, start }: TextPart): readonly Segment[] {
  return Array.from(wordSegments(text), (segment) => ({ ...segment, start: start + segment.start }))
}

interface Run {
  readonly from: Segment
  readonly to: Segment
}

function runsOf(segments: readonly Segment[]): readonly Run[] {
  const runs: Run[] = []
  let isOpen = false
  segments.forEach((segment, i) => {
    if (!segment.isWord) {
      isOpen &&= joins(segments, i)
    } else if (!isFunctionWord(segment.text)) {
      if (isOpen) runs[runs.length - 1] = { from: runs.at(-1)!.from, to: segment }
      else runs.push({ from: segment, to: segment })
      isOpen = true
    } else {
      isOpen &&= isHyphenated(segments, i) || isInsideName(segments, i)
    }
  })
  return runs
}

/** Whether what is no word leaves its neighbours one span: a space, or a sign that touches words on both sides. */
function joins(segments: readonly Segment[], i: number): boolean {
  const { text, start } = segments[i]!
  const [before, after] = [segments[i - 1], segments[i + 1]]
  if (after !== undefined && after.start !== start + text.length) return false
  if (/^[^\S\n\r]+$/u.test(text)) return true
  return JOINING.test(text) && before?.isWord === true && after?.isWord === true
}

/** The inner words of "state-of-the-art". */
function isHyphenated(segments: readonly Segment[], i: number): boolean {
  return [segments[i - 1], segments[i + 1]].every((segment) => /^[-‐‑]$/u.test(segment?.text ?? ''))
}

function isInsideName(segments: readonly Segment[], i: number): boolean {
  const isCapital = (segment: Segment | undefined): boolean => /^\p{Lu}/u.test(segment?.text ?? '')
  const before = segments.slice(Math.max(0, i - 2), i).findLast(({ isWord }) => isWord)
  const after = segments.slice(i + 1, i + 3).find(({ isWord }) => isWord)
  return PARTICLES.has(segments[i]!.text.toLowerCase()) && isCapital(before) && isCapital(after)
}
