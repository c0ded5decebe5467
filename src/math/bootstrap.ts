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

function quantile(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1)
  const low = sorted[Math.floor(at)]!
  return low + (sorted[Math.ceil(at)]! - low) * (at - Math.floor(at))
}
