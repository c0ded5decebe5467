/** Bootstrap intervals: how far a figure would wander over other samples of the same size. Seeded, so repeatable. */

import { drawIndex, seededRandom } from './random.js'

export interface Interval {
  readonly low: number
  readonly high: number
}

/**
 * Percentile interval of `figure` over `draws` resamples of n indexes with replacement. Resamples for which the figure is
 * null are left out; null when fewer than half remain.
 */
export function bootstrapInterval(
  n: number,
  figure: (indexes: readonly number[]) => number | null,
  { draws = 1000, level = 0.95, seed = 1 } = {}
): Interval | null {
  const random = seededRandom(seed)
  const values: number[] = []
  for (let draw = 0; draw < draws; draw++) {
    const value = figure(Array.from({ length: n }, () => drawIndex(random, n)))
    if (value !== null && Number.isFinite(value)) values.push(value)
  }
  if (values.length < draws / 2) return null
  values.sort((a, b) => a - b)
  const tail = (1 - level) / 2
  return { low: quantile(values, tail), high: quantile(values, 1 - tail) }
}

/** Draws that a stored report rests on: its intervals are read to two digits. */
const REPORT_DRAWS = 200
/** Larger sets are resampled by parts of this size. */
const LARGEST_RESAMPLE = 1000

/**
 * 95 % percentile intervals of several figures over the same resamples of n indexes. Where n is large, resamples of
 * `most` indexes are drawn and their deviations from `values` scaled by √(most / n) (the m-out-of-n bootstrap). Figures
 * without value, or that fewer than half of the resamples define, have no interval. Yields after every draw.
 */
export function* bootstrapFigures<K extends string>(
  n: number,
  values: Readonly<Record<K, number | null>>,
  figures: (indexes: readonly number[]) => Readonly<Record<K, number | null>>,
  { draws = REPORT_DRAWS, level = 0.95, seed = 1, most = LARGEST_RESAMPLE } = {}
): Generator<void, Record<K, Interval | null>> {
  const random = seededRandom(seed)
  const size = Math.min(n, most)
  const drawn: Readonly<Record<K, number | null>>[] = []
  for (let draw = 0; draw < draws; draw++) {
    drawn.push(figures(Array.from({ length: size }, () => drawIndex(random, n))))
    yield
  }
  const intervals = {} as Record<K, Interval | null>
  for (const name of Object.keys(values) as K[]) {
    const found = drawn.flatMap((one) => (Number.isFinite(one[name]) ? [one[name]!] : []))
    intervals[name] = scaledInterval(values[name], found, { draws, level, shrink: Math.sqrt(size / n) })
  }
  return intervals
}

function scaledInterval(
  value: number | null,
  found: readonly number[],
  { draws, level, shrink }: { readonly draws: number; readonly level: number; readonly shrink: number }
): Interval | null {
  if (value === null || found.length < draws / 2) return null
  const sorted = found.toSorted((a, b) => a - b)
  const at = (share: number): number => value + (quantile(sorted, share) - value) * shrink
  return { low: at((1 - level) / 2), high: at((1 + level) / 2) }
}

function quantile(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1)
  const low = sorted[Math.floor(at)]!
  return low + (sorted[Math.ceil(at)]! - low) * (at - Math.floor(at))
}
