/** How many right and wrong answers have a score in [low, high); the last bin is closed. */
export interface LabelledBin {
  readonly low: number
  readonly high: number
  readonly right: number
  readonly wrong: number
}

/**
 * Bins of equal width from the least to the largest value, one bin when all are equal; none without values. Values are
 * finite; an answer of quality below ½ is wrong.
 */
export function labelledHistogram(
  values: readonly number[],
  quality: readonly number[],
  count = 20
): readonly LabelledBin[] {
  if (values.length === 0) return []
  const low = values.reduce((a, b) => Math.min(a, b))
  const high = values.reduce((a, b) => Math.max(a, b))
  const bins = low === high ? 1 : count
  const width = (high - low) / bins
  const place = (value: number): number => (width === 0 ? 0 : Math.min(bins - 1, Math.floor((value - low) / width)))
  const right = new Array<number>(bins).fill(0)
  const wrong = new Array<number>(bins).fill(0)
  values.forEach((value, i) => {
    const side = quality[i]! < 0.5 ? wrong : right
    side[place(value)]! += 1
  })
  return right.map((_, bin) => ({
    low: low + bin * width,
    high: bin === bins - 1 ? high : low + (bin + 1) * width,
    right: right[bin]!,
    wrong: wrong[bin]!
  }))
}
