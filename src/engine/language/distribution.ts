/** Statistics of a whole next-token distribution, from one row of log-probabilities. Sums run in float64. */
import type { Distribution } from '../engine.js'
import { expNegative } from './logits.js'

/** A drop in probability ends the dominant set when it is large in itself and against the entry before it. */
const LEAST_GAP = 0.005
const LEAST_GAP_SHARE = 0.3
/** Only entries that are larger than such a drop can be followed by one; a little lower, as rows miss the sum of 1. */
const LEADING_FLOOR = Math.log(LEAST_GAP) - 0.01
/** Entries among which the drops are looked for, by the method's definition. */
const MOST_DOMINANT = 1024

/** What one pass over a row adds up; `p` is the probability before the row is brought to a sum of exactly 1. */
interface Sums {
  /** Σ p^e at e = 1/4, 1/2, 3/4, 1, 3/2, 2, 3. */
  readonly powers: readonly number[]
  readonly finite: number
  readonly logprobs: number
  /** Σ p ln p and Σ p ln² p. */
  readonly weighted: number
  readonly weightedSquares: number
  /** The two largest entries, −∞ where there are fewer. */
  readonly first: number
  readonly second: number
  /** Entries above the floor, in no order, and the largest below them, −∞ where there is none. */
  readonly leading: readonly number[]
  readonly next: number
}

/** One exponential per entry, of a quarter of ln p: every other power is a product of it. */
function addUp(row: Float32Array): Sums {
  let [p14, p24, p34, p1, p32, p2, p3] = [0, 0, 0, 0, 0, 0, 0]
  let [finite, logprobs, weighted, weightedSquares] = [0, 0, 0, 0]
  let [first, second, next] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]
  const leading: number[] = []
  for (let at = 0; at < row.length; at++) {
    const logprob = row[at]!
    if (logprob === Number.NEGATIVE_INFINITY) continue
    const quarter = expNegative(logprob / 4)
    const half = quarter * quarter
    const p = half * half
    finite += 1
    logprobs += logprob
    p14 += quarter
    p24 += half
    p34 += half * quarter
    p1 += p
    p32 += p * half
    p2 += p * p
    p3 += p * p * p
    weighted += p * logprob
    weightedSquares += p * logprob * logprob
    if (logprob > first) {
      second = first
      first = logprob
    } else if (logprob > second) second = logprob
    if (logprob > LEADING_FLOOR) leading.push(logprob)
    else if (logprob > next) next = logprob
  }
  const powers = [p14, p24, p34, p1, p32, p2, p3]
  return { powers, finite, logprobs, weighted, weightedSquares, first, second, leading, next }
}

/** Probabilities that a drop may follow, descending, and the first below them. */
function leadingProbabilities({ leading, next }: Sums, logSum: number): number[] {
  const sorted = leading.toSorted((a, b) => b - a)
  const all = next > Number.NEGATIVE_INFINITY ? [...sorted, next] : sorted
  return all.slice(0, MOST_DOMINANT).map((logprob) => Math.exp(logprob - logSum))
}

/** Size of the dominant set: up to the last large drop; 0 when there is none. */
function dominantCount(probabilities: readonly number[]): number {
  for (let at = probabilities.length - 2; at >= 0; at--) {
    const gap = probabilities[at]! - probabilities[at + 1]!
    if (gap > LEAST_GAP && gap > LEAST_GAP_SHARE * probabilities[at]!) return at + 1
  }
  return 0
}

/** Mass of the dominant set when the emitted entry is in it, else that entry's own. `emitted` is its log-probability. */
function boostedMass(sums: Sums, emitted: number, logSum: number): number {
  const probabilities = leadingProbabilities(sums, logSum)
  const count = dominantCount(probabilities)
  const own = Math.exp(emitted - logSum)
  if (count === 0 || own < probabilities[count - 1]!) return own
  return probabilities.slice(0, count).reduce((sum, probability) => sum + probability, 0)
}

/**
 * The statistics of one row. Entries of −∞ are no part of the vocabulary; the rest is brought to a sum of exactly 1,
 * which float32 misses by about 1e-6. `emitted` is the token that the boosted mass is told for.
 */
export function distributionOf(row: Float32Array, emitted: number): Distribution {
  const sums = addUp(row)
  const [quarter, half, threeQuarters, whole, threeHalves, square, cube] = sums.powers as [
    number,
    number,
    number,
    number,
    number,
    number,
    number
  ]
  const logSum = Math.log(whole)
  const meanLog = sums.weighted / whole
  const powerSum = (sum: number, exponent: number): number => Math.log(sum) - exponent * logSum
  return {
    vocabulary: sums.finite,
    entropy: Math.max(0, logSum - meanLog),
    varentropy: Math.max(0, sums.weightedSquares / whole - meanLog * meanLog),
    meanLogprob: sums.logprobs / sums.finite - logSum,
    logPowerSums: {
      quarter: powerSum(quarter, 0.25),
      half: powerSum(half, 0.5),
      threeQuarters: powerSum(threeQuarters, 0.75),
      threeHalves: powerSum(threeHalves, 1.5),
      square: powerSum(square, 2),
      cube: powerSum(cube, 3)
    },
    boosted: Math.min(1, boostedMass(sums, row[emitted]!, logSum)),
    first: Math.min(0, sums.first - logSum),
    second: sums.finite < 2 ? null : Math.min(0, sums.second - logSum)
  }
}
