import type { Generation } from '../scorer.js'
import { mean } from './logprob.js'
import { words } from './words.js'

/** In what the length of a text is counted. */
export type LengthUnit = 'tokens' | 'words'

/** Words of a text that are counted; longer texts have this length. */
const COUNTED_WORDS = 2048

/** Tokens when they are known for every text, else words, so that lengths can be compared. */
export function lengthUnit(texts: readonly Generation[]): LengthUnit {
  return texts.every(({ tokens }) => tokens !== null) ? 'tokens' : 'words'
}

/** Length of a text, its end token not counted. */
export function lengthOf({ text, tokens }: Generation, unit: LengthUnit): number {
  if (unit === 'words' || tokens === null) return text.trim() === '' ? 0 : words(text, COUNTED_WORDS).words.length
  return tokens.filter(({ end }) => !end).length
}

/** What a list of lengths looks like. Percentiles lie between neighbours by linear interpolation. */
export interface LengthStatistics {
  readonly mean: number
  /** Population standard deviation. */
  readonly deviation: number
  readonly min: number
  readonly max: number
  readonly p25: number
  readonly p50: number
  readonly p75: number
  readonly p99: number
}

/** @param lengths at least one */
export function lengthStatistics(lengths: readonly number[]): LengthStatistics {
  const sorted = lengths.toSorted((a, b) => a - b)
  const centre = mean(sorted)
  const at = (share: number): number => percentile(sorted, share)
  return {
    mean: centre,
    deviation: Math.sqrt(mean(sorted.map((length) => (length - centre) ** 2))),
    min: sorted[0]!,
    max: sorted.at(-1)!,
    p25: at(0.25),
    p50: at(0.5),
    p75: at(0.75),
    p99: at(0.99)
  }
}

function percentile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1)
  const low = sorted[Math.floor(place)]!
  return low + (sorted[Math.ceil(place)]! - low) * (place - Math.floor(place))
}
