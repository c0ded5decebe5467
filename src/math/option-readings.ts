/** Next-token masses of offered options, read once per order in which the options were offered. */
import type { Warning } from '../scorer.js'
import { mean, sum } from './logprob.js'

/** Masses of all options, in one fixed order of the options whatever the order in which they were offered. */
type Reading = readonly number[]

/** Below this mass on all options together the model wanted to say something else (formulas.md §2.4). */
const LOW_MASS = 0.1

const LOW_MASS_WARNING: Warning = {
  code: 'low_option_mass',
  message: 'The model gives the offered options together less than 0.1: it did not take up the question.'
}

/**
 * Share of every option, in [0, 1] and summing to 1: rescaled within each reading, then the mean over the readings, so
 * that a liking for a place in the list cancels. Null without readings, or when one of them has no mass.
 */
export function meanShares(readings: readonly Reading[]): readonly number[] | null {
  const masses = readings.map(sum)
  if (masses.length === 0 || masses.some((mass) => mass === 0)) return null
  return readings[0]!.map((_, option) => mean(readings.map((reading, i) => reading[option]! / masses[i]!)))
}

/** Largest less smallest share of one option over the readings. At least one reading, each with mass. */
export function orderGap(readings: readonly Reading[], option: number): number {
  const shares = readings.map((reading) => reading[option]! / sum(reading))
  return Math.max(...shares) - Math.min(...shares)
}

/** A warning when a reading leaves the options little. */
export function massWarnings(readings: readonly Reading[]): readonly Warning[] {
  return readings.some((reading) => sum(reading) < LOW_MASS) ? [LOW_MASS_WARNING] : []
}
