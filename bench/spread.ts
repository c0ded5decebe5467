/** What several runs of one measurement say: the middle one, and how far the others lie from it. */

export interface Spread {
  readonly min: number
  readonly median: number
  readonly max: number
}

/** Least, middle and greatest of at least one value; of an even number the mean of the two in the middle. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (sorted.length - 1) / 2
  const median = (sorted[Math.floor(at)]! + sorted[Math.ceil(at)]!) / 2
  return { min: sorted[0]!, median, max: sorted.at(-1)! }
}

/** Round by round `a / b`: what the machine does to both sides of a round cancels out. */
export function ratioOf(a: readonly number[], b: readonly number[]): Spread {
  return spreadOf(a.map((value, round) => value / b[round]!))
}

/** A number with three figures or more, e.g. `0.184`, `5.42`, `1234`. */
export function shown(value: number): string {
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value) || 1)))
  return value.toFixed(Math.min(3, digits))
}

/** `median (min–max)`, or the value alone when there is only one. */
export function shownSpread({ min, median, max }: Spread): string {
  return min === max ? shown(median) : `${shown(median)} (${shown(min)}–${shown(max)})`
}
