import { pieces, readNumber, type Piece, type Reading, type Scale } from './number-reading.js'
import { lastUnits, READ_UNITS, withoutThoughts } from './reply-text.js'

const set = (list: string): ReadonlySet<string> => new Set(list.split(' '))
const LABELS = set('confidence probability certainty likelihood')
const TRAILING_LABELS = new Set([...LABELS, ...set('confident sure certain')])
/** Words that tie a label to the number after them. */
const LINKS = set('is of at be as about around approximately roughly')
/** Words that a reply may hold beside one unlabelled number. */
const BARE_WORDS = new Set([...TRAILING_LABELS, ...LINKS, ...set('i m d am it s my would say p correct')])
/** Words between a label and its number that do not part them. */
const FILLERS = new Set([
  ...BARE_WORDS,
  ...set(
    'score level rating value estimate estimated percentage rate in on ' +
      'that the your this was being nearly almost over only just answer response right true accurate think believe ' +
      'give a an high low medium moderate very quite pretty fairly extremely highly and so overall final stated boxed'
  )
])
/** What follows a percentage in a parenthesis when a reply repeats the end of a scale: "100% (certainly right)". */
const SCALE_WORDS = new Set([...TRAILING_LABELS, 'certainly'])
const SENTENCE_ENDS = set('. ! ? ;')

/** How firmly a number belongs to the label before it; a firmer candidate of the same label wins. */
type Anchor = 'strong' | 'weak' | 'none'
type Candidates = Partial<Record<'strong' | 'weak' | 'inside', number | null>>

/** Follows one reply piece by piece and keeps the value of the last label that has one. */
class LabelReader {
  #open = false
  #anchor: Anchor = 'none'
  #heading = false
  #depth = 0
  #lineStarted = false
  #candidates: Candidates = {}
  #last: { readonly value: number | null } | null = null

  label(): void {
    this.close()
    this.#open = true
    this.#anchor = 'weak'
    this.#heading = !this.#lineStarted
    this.#lineStarted = true
  }

  word(text: string): void {
    this.#lineStarted = true
    if (!FILLERS.has(text)) this.#anchor = 'none'
    else if (this.#anchor === 'none' && LINKS.has(text)) this.#anchor = 'weak'
  }

  sign(text: string): void {
    if (text === ':' || text === '=' || text === '：') this.#anchor = 'strong'
    else if (SENTENCE_ENDS.has(text)) this.close()
    else if (text === '(') this.#depth++
    else if (text === ')') this.#depth = Math.max(0, this.#depth - 1)
  }

  line(): void {
    const waits = this.#anchor === 'strong' || (this.#anchor === 'weak' && this.#heading)
    if (!waits || Object.keys(this.#candidates).length > 0) this.close()
    this.#lineStarted = false
  }

  number(value: number | null): void {
    this.#lineStarted = true
    if (!this.#open || this.#anchor === 'none') return
    const place = this.#depth > 0 ? 'inside' : this.#anchor
    if (!(place in this.#candidates)) this.#candidates[place] = value
  }

  /** A label right after its number: "95% confident". */
  trailing(value: number | null): void {
    this.close()
    this.#last = { value }
  }

  close(): void {
    const { strong, weak, inside } = this.#candidates
    const value = strong !== undefined ? strong : weak !== undefined ? weak : inside
    if (value !== undefined) this.#last = { value }
    this.#open = false
    this.#depth = 0
    this.#candidates = {}
  }

  result(): { readonly value: number | null } | null {
    this.close()
    return this.#last
  }
}

interface Followed {
  readonly reader: LabelReader
  readonly readings: readonly Reading[]
  /** Whether the reply holds nothing beside numbers but words that may stand with a bare one. */
  readonly bare: boolean
  /** Whether a percentage carries a scale's words in a parenthesis. */
  readonly onScale: boolean
}

function follow(all: readonly Piece[], scale: Scale): Followed {
  const reader = new LabelReader()
  const readings: Reading[] = []
  let bare = true
  let onScale = false
  for (let at = 0; at < all.length;) {
    const reading = readNumber(all, at, scale)
    const { kind, text } = all[at]!
    if (reading !== null) {
      readings.push(reading)
      onScale ||= reading.percent && isScaleNote(all, reading.next)
      const trailing = reading.percent && TRAILING_LABELS.has(all[reading.next]?.text ?? '')
      if (trailing) reader.trailing(reading.value)
      else reader.number(reading.value)
    } else if (kind === 'word') {
      bare &&= BARE_WORDS.has(text)
      if (LABELS.has(text)) reader.label()
      else reader.word(text)
    } else if (kind === 'line') reader.line()
    else reader.sign(text)
    at = reading?.next ?? at + 1
  }
  return { reader, readings, bare, onScale }
}

function isScaleNote(all: readonly Piece[], at: number): boolean {
  return all[at]?.text === '(' && SCALE_WORDS.has(all[at + 1]?.text ?? '')
}

/** The one value that all numbers of a reply have; null when they differ, as when it repeats both ends of a scale. */
function onlyValue(readings: readonly Reading[]): number | null {
  const values = new Set(readings.map(({ value }) => value))
  return values.size === 1 ? readings[0]!.value : null
}

/** The value of a first line that holds a percentage and nothing else; what follows is then an explanation. */
function openingPercentage(text: string): number | null {
  const line = text.trimStart().slice(0, READ_UNITS).split('\n', 1)[0]!.trimEnd()
  if (!/^\d+(?:[.,]\d+)?\s?[%％]$/u.test(line)) return null
  return readNumber(pieces(line), 0, 'percent')?.value ?? null
}

/**
 * The confidence that a reply states, in [0, 1], or null when it states none: formulas.md §6.4. The last labelled
 * number wins ("Confidence: 85%", "probability is 8 out of 10", "ninety-five percent confident"); without a label the
 * reply must be little more than one number, or open with a line that is nothing but a percentage, or repeat a point of
 * the prompt's scale ("The answer is 100% (certainly right)"). Outside [0, 1] is null, never clamped. Linear in the
 * length of the reply.
 * @param scale how the prompt asked for a plain number: `percent` reads 90 as 0.9, `unit` reads it as too large
 */
export function parseConfidence(reply: string, scale: Scale): number | null {
  const text = withoutThoughts(reply.toLowerCase())
  const { reader, readings, bare, onScale } = follow(pieces(lastUnits(text)), scale)
  const labelled = reader.result()
  if (labelled !== null) return labelled.value
  if (bare && readings.length === 1) return readings[0]!.value
  return openingPercentage(text) ?? (onScale ? onlyValue(readings) : null)
}
