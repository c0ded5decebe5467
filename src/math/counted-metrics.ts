/**
 * The metrics of metrics.ts and reliability.ts over resamples: every function takes how often each answer was drawn, and
 * gives what its namesake gives for the answers so repeated. Linear in n where the namesake sorts, so that a thousand
 * resamples cost little. `counts[i]` is a whole number ≥ 0.
 */
import { DEFAULT_BINS } from './reliability.js'

/** Answers by ascending key, with the end of each group of ties. */
export interface Ranking {
  readonly order: readonly number[]
  /** Exclusive ends in `order`, ascending; the last is n. */
  readonly ends: readonly number[]
}

/** Sorts once what every resample shares. */
export function rankingOf(key: readonly number[]): Ranking {
  const order = key.map((_, i) => i).sort((a, b) => key[a]! - key[b]!)
  const ends = order.flatMap((i, at) => (at + 1 === order.length || key[order[at + 1]!] !== key[i] ? [at + 1] : []))
  return { order, ends }
}

/** As `auroc`: P(U_wrong > U_right) + ½ P(tie). Null when all drawn are right or all wrong. */
export function countedAuroc(
  { order, ends }: Ranking,
  wrong: readonly boolean[],
  counts: ArrayLike<number>
): number | null {
  let rightBelow = 0
  let wrongBelow = 0
  let wins = 0
  let at = 0
  for (const end of ends) {
    let right = 0
    let failed = 0
    for (; at < end; at++) {
      const i = order[at]!
      if (wrong[i]!) failed += counts[i]!
      else right += counts[i]!
    }
    wins += failed * (rightBelow + right / 2)
    rightBelow += right
    wrongBelow += failed
  }
  return rightBelow * wrongBelow === 0 ? null : wins / (rightBelow * wrongBelow)
}

/** The accuracy–coverage curve of a resample, in what the areas need of it. */
export interface Curve {
  readonly n: number
  /** Sum over k of the mean quality of the k lowest keys; within ties everybody has the group's mean. */
  readonly total: number
  readonly first: number
  /** Mean quality of all. */
  readonly last: number
}

/** Runs along the curve once. */
export function countedCurve({ order, ends }: Ranking, quality: readonly number[], counts: ArrayLike<number>): Curve {
  let n = 0
  let sum = 0
  let total = 0
  let first = 0
  let at = 0
  for (const end of ends) {
    let members = 0
    let groupSum = 0
    for (; at < end; at++) {
      const i = order[at]!
      members += counts[i]!
      groupSum += counts[i]! * quality[i]!
    }
    const mean = groupSum / members
    if (n === 0 && members > 0) first = mean
    for (let j = 1; j <= members; j++) total += (sum + j * mean) / (n + j)
    n += members
    sum += groupSum
  }
  return { n, total, first, last: sum / n }
}

/** As `auarc`, of the curve over uncertainty. Null for fewer than two answers. */
export function auarcOf({ n, total, first, last }: Curve): number | null {
  return n < 2 ? null : (total - (first + last) / 2) / (n - 1)
}

/**
 * As `prr` without a limit, of the curves over uncertainty and over −quality: scaling quality changes no ratio of areas.
 * Null when quality is constant or nothing was drawn.
 */
export function prrOf(curve: Curve, oracle: Curve): number | null {
  const gap = oracle.total / oracle.n - oracle.last
  return gap >= 1e-12 ? (curve.total / curve.n - curve.last) / gap : null
}

/** Bin of each confidence among `DEFAULT_BINS` of equal width, (low, high], the first one closed. */
export function binsOf(confidence: readonly number[]): readonly number[] {
  return confidence.map((each) => Math.min(DEFAULT_BINS - 1, Math.max(0, Math.ceil(each * DEFAULT_BINS) - 1)))
}

/** As `expectedCalibrationError` of equal-width bins. Null when nothing was drawn. */
export function countedEce(
  bins: readonly number[],
  confidence: readonly number[],
  quality: readonly number[],
  counts: ArrayLike<number>
): number | null {
  const gaps = new Array<number>(DEFAULT_BINS).fill(0)
  let n = 0
  bins.forEach((bin, i) => {
    gaps[bin]! += counts[i]! * (quality[i]! - confidence[i]!)
    n += counts[i]!
  })
  return n === 0 ? null : gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / n
}

/** As `brier`. Null when nothing was drawn. */
export function countedBrier(
  confidence: readonly number[],
  quality: readonly number[],
  counts: ArrayLike<number>
): number | null {
  let sum = 0
  let n = 0
  confidence.forEach((value, i) => {
    sum += counts[i]! * (value - quality[i]!) ** 2
    n += counts[i]!
  })
  return n === 0 ? null : sum / n
}
