/** How far recent scores lie from the reference: an effect size, a distance, and how surprising that distance is. */
import { drawIndex, seededRandom } from '../random.js'

const BINS = 10
/** Added to every bin, so that an empty one does not make the index infinite. */
const HALF = 0.5

/** Upper edges of bins that hold about as many reference values each; ties share one bin. */
function edges(reference: readonly number[]): readonly number[] {
  const sorted = reference.toSorted((a, b) => a - b)
  const rank = (tenth: number): number => Math.ceil(((tenth + 1) / BINS) * sorted.length) - 1
  return [...new Set(Array.from({ length: BINS - 1 }, (_, tenth) => sorted[rank(tenth)]!))]
}

function shares(values: readonly number[], uppers: readonly number[]): readonly number[] {
  const counts = Array.from({ length: uppers.length + 1 }, () => HALF)
  for (const value of values) {
    const bin = uppers.findIndex((upper) => value <= upper)
    const at = bin === -1 ? uppers.length : bin
    counts[at] = counts[at]! + 1
  }
  const total = values.length + HALF * counts.length
  return counts.map((count) => count / total)
}

/**
 * Population stability index Σ (q − p) ln(q/p) over tenths of the reference, ≥ 0; 0 is no change, and custom calls 0.1
 * noticeable and 0.25 large. Half a value is added to every bin. Both samples hold at least one value.
 */
export function stabilityIndex(reference: readonly number[], recent: readonly number[]): number {
  const uppers = edges(reference)
  const before = shares(reference, uppers)
  const now = shares(recent, uppers)
  return before.reduce((sum, p, i) => sum + (now[i]! - p) * Math.log(now[i]! / p), 0)
}

/** Two samples as one sorted list: `ends` marks the last of equal values. */
interface Pooled {
  readonly isRecent: Uint8Array
  readonly ends: readonly number[]
}

function pool(reference: readonly number[], recent: readonly number[]): Pooled {
  const all = [...reference.map((value) => ({ value, of: 0 })), ...recent.map((value) => ({ value, of: 1 }))]
  all.sort((a, b) => a.value - b.value)
  const ends = all.flatMap(({ value }, i) => (all[i + 1]?.value === value ? [] : [i]))
  return { isRecent: Uint8Array.from(all, ({ of }) => of), ends }
}

/** Largest gap between the two empirical distribution functions. */
function gap(isRecent: Uint8Array, ends: readonly number[], recent: number): number {
  const reference = isRecent.length - recent
  let seen = 0
  let next = 0
  let largest = 0
  for (const end of ends) {
    for (; next <= end; next++) seen += isRecent[next]!
    largest = Math.max(largest, Math.abs(seen / recent - (next - seen) / reference))
  }
  return largest
}

/** Kolmogorov–Smirnov distance between two samples, in [0, 1]; ties are counted together. */
export function ksDistance(reference: readonly number[], recent: readonly number[]): number {
  const { isRecent, ends } = pool(reference, recent)
  return gap(isRecent, ends, recent.length)
}

/** Marks `count` random places; `order` is any permutation of the places, and stays one. */
function mark(flags: Uint8Array, order: Uint32Array, count: number, random: () => number): void {
  flags.fill(0)
  for (let i = 0; i < count; i++) {
    const j = i + drawIndex(random, order.length - i)
    const place = order[j]!
    order[j] = order[i]!
    order[i] = place
    flags[place] = 1
  }
}

/**
 * Permutation test of exchangeability with the Kolmogorov–Smirnov distance: (1 + #{distance of a shuffle ≥ the one
 * seen}) / (shuffles + 1), in (0, 1]. Exact at any sample size and with ties, for one look at the data.
 */
export function permutationPValue(
  reference: readonly number[],
  recent: readonly number[],
  { shuffles, seed }: { readonly shuffles: number; readonly seed: number }
): number {
  const { isRecent, ends } = pool(reference, recent)
  const seen = gap(isRecent, ends, recent.length) - 1e-12
  const random = seededRandom(seed)
  const flags = new Uint8Array(isRecent.length)
  const order = Uint32Array.from(isRecent.keys())
  let asFar = 0
  for (let i = 0; i < shuffles; i++) {
    mark(flags, order, recent.length, random)
    if (gap(flags, ends, recent.length) >= seen) asFar++
  }
  return (1 + asFar) / (shuffles + 1)
}
