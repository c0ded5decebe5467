/**
 * Rank of a value among reference values, by interpolation in a table of quantiles: it puts scores of different units on
 * one scale without labels.
 */

/**
 * Share of the reference values below `value` (ties count half), in (0, 1). `quantiles` are evenly spaced from the
 * smallest to the largest, ascending, at least two; values outside get half of the outermost step, so that no rank is
 * certain. Strictly monotone wherever the reference has distinct values.
 */
export function rankAmong(value: number, quantiles: readonly number[]): number {
  const steps = quantiles.length - 1
  const below = quantiles.findLastIndex((quantile) => quantile < value)
  const above = quantiles.findIndex((quantile) => quantile > value)
  const outer = 1 / (2 * steps + 2)
  return Math.min(1 - outer, Math.max(outer, position(value, quantiles, below, above) / steps))
}

/** Place of `value` on the scale 0 … steps; the middle of its run where quantiles are equal to it. */
function position(value: number, quantiles: readonly number[], below: number, above: number): number {
  const last = quantiles.length - 1
  const isTied = (above === -1 ? last : above - 1) > below
  if (isTied) return (below + 1 + (above === -1 ? last : above - 1)) / 2
  if (below === -1) return 0
  if (above === -1) return last
  return below + (value - quantiles[below]!) / (quantiles[above]! - quantiles[below]!)
}

/** `count` evenly spaced quantiles of `values` (at least one), ascending, by linear interpolation. */
export function quantilesOf(values: readonly number[], count: number): number[] {
  const sorted = values.toSorted((a, b) => a - b)
  return Array.from({ length: count }, (_, i) => {
    const at = (i / (count - 1)) * (sorted.length - 1)
    const low = sorted[Math.floor(at)]!
    return low + (sorted[Math.ceil(at)]! - low) * (at - Math.floor(at))
  })
}
