/** A piece of a reply: a word, a number, a sign, or the end of a line. `spaced`: white space stands before it. */
export interface Piece {
  readonly kind: 'word' | 'number' | 'sign' | 'line'
  readonly text: string
  readonly spaced: boolean
}

/** A number met in a reply. `value` is a probability, or null when the text gives none that is within [0, 1]. */
export interface Reading {
  readonly value: number | null
  /** Index of the piece after the number. */
  readonly next: number
  readonly percent: boolean
}

/** How a number without "%" is meant: hundredths, or a share of one. */
export type Scale = 'percent' | 'unit'

// Each alternative consumes what it has matched, so the scan never goes back: linear in the length of the text.
const PIECE = /(\n)|(\p{L}[\p{L}\p{N}]*)|((?:\d+|[.,]\d+)(?:[.,]\d+)*)|(\S)/gu

/** Cuts a lower-cased text into pieces. */
export function pieces(text: string): Piece[] {
  const found: Piece[] = []
  let end = 0
  for (const match of text.matchAll(PIECE)) {
    const [all, line, word, number] = match
    const kind = line ? 'line' : word ? 'word' : number ? 'number' : 'sign'
    found.push({ kind, text: all, spaced: match.index > end || match.index === 0 })
    end = match.index + all.length
  }
  return found
}

const ONES = [
  'zero',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
  'thirteen',
  'fourteen',
  'fifteen',
  'sixteen',
  'seventeen',
  'eighteen',
  'nineteen'
]
const TENS = ['', '', 'twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety']
const NUMBER_WORDS = new Map([
  ...ONES.map((word, value) => [word, value] as const),
  ...TENS.slice(2).map((word, i) => [word, (i + 2) * 10] as const),
  ['hundred', 100] as const
])
const DASHES = new Set(['-', '–', '—', '−', '~'])
const MINUS = new Set(['-', '−'])
const PERCENT = new Set(['%', '％', 'percent', 'pct'])
// What may stand after a number in words: "one of the reasons" is no confidence.
const AFTER_WORDS = new Set([
  'confident',
  'sure',
  'certain',
  'confidence',
  'certainty',
  'probability',
  'likelihood',
  'that',
  'because',
  'since',
  'as',
  'but'
])

interface Raw {
  readonly number: number
  readonly next: number
  readonly inWords: boolean
}

/** "0.85", "0,85" and ".85"; a comma before exactly three digits groups thousands; anything longer is no number. */
function decimal(text: string): number {
  const parts = text.split(/[.,]/u)
  if (parts.length > 2) return NaN
  const [whole = '', fraction = ''] = parts
  const thousands = text.includes(',') && fraction.length === 3 && !/^0*$/u.test(whole)
  return Number(thousands ? whole + fraction : `${whole || '0'}.${fraction || '0'}`)
}

function digitsAt(all: readonly Piece[], at: number): Raw | null {
  const piece = all[at]
  if (piece?.kind !== 'number') return null
  const after = all[at + 1]
  const glued = after?.kind === 'word' && !after.spaced && !PERCENT.has(after.text) && after.text !== 'of'
  return { number: glued ? NaN : decimal(piece.text), next: at + 1, inWords: false }
}

/** Zero to ninety-nine in words, with or without the hyphen. */
function belowHundredAt(all: readonly Piece[], at: number): Raw | null {
  const first = NUMBER_WORDS.get(all[at]?.text ?? '')
  if (first === undefined || first === 100) return null
  const unitAt = all[at + 1]?.text === '-' ? at + 2 : at + 1
  const unit = NUMBER_WORDS.get(all[unitAt]?.text ?? '') ?? 0
  const compound = first >= 20 && unit >= 1 && unit <= 9
  return { number: compound ? first + unit : first, next: compound ? unitAt + 1 : at + 1, inWords: true }
}

function hundredAt(all: readonly Piece[], at: number): Raw | null {
  const counted = all[at]?.text === 'a' || all[at]?.text === 'one'
  const hundred = counted ? at + 1 : at
  if (all[hundred]?.text !== 'hundred') return null
  const rest = belowHundredAt(all, all[hundred + 1]?.text === 'and' ? hundred + 2 : hundred + 1)
  return rest === null
    ? { number: 100, next: hundred + 1, inWords: true }
    : { number: 100 + rest.number, next: rest.next, inWords: true }
}

/** The digits after "point": "zero point nine five". */
function withFraction(all: readonly Piece[], whole: Raw): Raw {
  if (all[whole.next]?.text !== 'point') return whole
  const digits: number[] = []
  for (let next = whole.next + 1; next < all.length; next++) {
    const digit = ONES.indexOf(all[next]!.text)
    if (digit < 0 || digit > 9) break
    digits.push(digit)
  }
  if (digits.length === 0) return whole
  const number = whole.number + Number(`0.${digits.join('')}`)
  return { number, next: whole.next + 1 + digits.length, inWords: true }
}

function rawAt(all: readonly Piece[], at: number): Raw | null {
  const spoken = hundredAt(all, at) ?? belowHundredAt(all, at)
  return spoken === null ? digitsAt(all, at) : withFraction(all, spoken)
}

/** "8/10", "8 of 10", "4 out of 5", "nine in ten": the number that the first one is to be divided by. */
function denominatorAt(all: readonly Piece[], at: number): Raw | null {
  const word = all[at]?.text
  const out = word === 'out' && all[at + 1]?.text === 'of'
  if (!out && word !== '/' && word !== '⁄' && word !== 'of' && word !== 'in') return null
  return rawAt(all, out ? at + 2 : at + 1)
}

function negative(all: readonly Piece[], at: number): boolean {
  const before = all[at - 1]
  return before !== undefined && MINUS.has(before.text) && all[at]?.spaced === false
}

/** "80-90%" and "80 to 90%" state no single value. */
function rangeEnd(all: readonly Piece[], next: number): number | null {
  const joint = all[next]
  if (joint === undefined || !(DASHES.has(joint.text) || joint.text === 'to')) return null
  return rawAt(all, next + 1)?.next ?? null
}

function probability(value: number): number | null {
  return value >= 0 && value <= 1 ? value : null
}

function percentEnd(all: readonly Piece[], next: number): number | null {
  if (all[next]?.text === 'per' && all[next + 1]?.text === 'cent') return next + 2
  return PERCENT.has(all[next]?.text ?? '') ? next + 1 : null
}

/**
 * Reads the number that starts at piece `at`, or returns null when none starts there. A percent sign makes it
 * hundredths on either scale, a fraction is what it says; ranges, negative and malformed numbers have no value.
 */
export function readNumber(all: readonly Piece[], at: number, scale: Scale): Reading | null {
  const first = rawAt(all, at)
  if (first === null) return null
  const divisor = denominatorAt(all, first.next)
  const ratio = divisor === null ? null : first.number / divisor.number
  const end = divisor?.next ?? first.next
  const afterPercent = percentEnd(all, end)
  const next = afterPercent ?? end
  const following = all[next]
  if (first.inWords && following?.kind === 'word' && !AFTER_WORDS.has(following.text)) return null
  const afterRange = rangeEnd(all, next)
  const hundredths = afterPercent !== null || scale === 'percent'
  const value = ratio ?? (hundredths ? first.number / 100 : first.number)
  const stated = afterRange === null && !negative(all, at) ? probability(value) : null
  return { value: stated, next: afterRange ?? next, percent: afterPercent !== null || ratio !== null }
}
