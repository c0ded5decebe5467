/**
 * How far stated confidence can be believed (formulas.md §8, §18). Inputs are parallel: confidence in [0, 1], quality 1
 * for right, 0 for wrong, or a grade in between. Every value is null for no input.
 */

/** Answers whose confidence falls into one bin. `low` is exclusive, except in the first bin. */
export interface ReliabilityBin {
  readonly low: number
  readonly high: number
  readonly meanConfidence: number
  readonly accuracy: number
  readonly n: number
}

export const DEFAULT_BINS = 10
/** ln 0 is avoided at machine epsilon, as scikit-learn does. */
const EPSILON = 2 ** -52

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

function binOf(members: readonly number[], low: number, high: number, all: Labelled): ReliabilityBin {
  return {
    low,
    high,
    meanConfidence: mean(members.map((i) => all.confidence[i]!)),
    accuracy: mean(members.map((i) => all.quality[i]!)),
    n: members.length
  }
}

interface Labelled {
  readonly confidence: readonly number[]
  readonly quality: readonly number[]
}

/** Bins of equal width, (low, high], the first one closed. Empty bins are left out. */
export function equalWidthBins(
  confidence: readonly number[],
  quality: readonly number[],
  count = DEFAULT_BINS
): readonly ReliabilityBin[] {
  // Multiplied before it is divided: 0.3 · 10 is 3 exactly where 0.3 / 0.1 is not.
  const place = (value: number): number => Math.min(count - 1, Math.max(0, Math.ceil(value * count) - 1))
  return Array.from({ length: count }, (_, bin) => bin).flatMap((bin) => {
    const members = confidence.flatMap((value, i) => (place(value) === bin ? [i] : []))
    return members.length === 0 ? [] : [binOf(members, bin / count, (bin + 1) / count, { confidence, quality })]
  })
}

/** Indexes by ascending confidence in parts of nearly equal size, later ones larger; equal confidences stay together. */
export function equalMassMembers(confidence: readonly number[], count: number): readonly (readonly number[])[] {
  const order = confidence.map((_, i) => i).sort((a, b) => confidence[a]! - confidence[b]!)
  const parts: (readonly number[])[] = []
  let from = 0
  for (let part = 1; part <= count; part++) {
    let to = Math.max(from, Math.floor((part * order.length) / count))
    while (to > from && to < order.length && confidence[order[to]!] === confidence[order[to - 1]!]) to++
    if (to === from) continue
    parts.push(order.slice(from, to))
    from = to
  }
  return parts
}

/** Bins of nearly equal size, later ones larger; equal confidences are never parted. */
export function equalMassBins(
  confidence: readonly number[],
  quality: readonly number[],
  count = DEFAULT_BINS
): readonly ReliabilityBin[] {
  return equalMassMembers(confidence, count).map((members) =>
    binOf(members, confidence[members[0]!]!, confidence[members.at(-1)!]!, { confidence, quality })
  )
}

/** Expected calibration error of bins: Σ (n_b / n) · |accuracy − mean confidence|, in [0, 1]. */
export function expectedCalibrationError(bins: readonly ReliabilityBin[]): number | null {
  const total = bins.reduce((sum, { n }) => sum + n, 0)
  if (total === 0) return null
  return bins.reduce((sum, bin) => sum + (bin.n / total) * Math.abs(bin.accuracy - bin.meanConfidence), 0)
}

/** Brier score: mean (confidence − quality)², in [0, 1]; 0 is best. */
export function brier(confidence: readonly number[], quality: readonly number[]): number | null {
  return confidence.length === 0 ? null : mean(confidence.map((value, i) => (value - quality[i]!) ** 2))
}

/** Log loss in nats per answer; 0 is best. */
export function logLoss(confidence: readonly number[], quality: readonly number[]): number | null {
  if (confidence.length === 0) return null
  return mean(
    confidence.map((value, i) => {
      const p = Math.min(1 - EPSILON, Math.max(EPSILON, value))
      return -(quality[i]! * Math.log(p) + (1 - quality[i]!) * Math.log1p(-p))
    })
  )
}
