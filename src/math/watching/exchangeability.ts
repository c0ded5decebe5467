/**
 * Conformal test martingales: are incoming scores exchangeable with those that a policy was made from? No labels needed.
 * (Vovk, Gammerman and Shafer, Algorithmic Learning in a Random World, ch. 8.)
 */
import { settle, startWealth, type Wealth } from './wealth.js'

/** First index of `sorted` (ascending) whose value is ≥ `value`, or > `value` with `after`. */
function place(sorted: readonly number[], value: number, after: boolean): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const isBefore = after ? sorted[middle]! <= value : sorted[middle]! < value
    if (isBefore) low = middle + 1
    else high = middle
  }
  return low
}

/** A sorted copy with one more value. */
export function inserted(sorted: readonly number[], value: number): readonly number[] {
  const at = place(sorted, value, true)
  return [...sorted.slice(0, at), value, ...sorted.slice(at)]
}

/**
 * Smoothed conformal p-value of `score` among itself and the values of `bags`: (#{larger} + θ #{equal}) / N, in [0, 1].
 * When the score is exchangeable with the bags' values, this is uniform, ties or not, and independent of earlier such
 * values in the same growing bag.
 * @param bags each in ascending order
 * @param theta uniform in [0, 1), drawn anew for each score
 */
export function smoothedPValue(bags: readonly (readonly number[])[], score: number, theta: number): number {
  let larger = 0
  let equal = 1
  let all = 1
  for (const bag of bags) {
    const end = place(bag, score, true)
    larger += bag.length - end
    equal += end - place(bag, score, false)
    all += bag.length
  }
  return (larger + theta * equal) / all
}

/** Bets on a p-value: none; low or high ones (scores moved); extreme or middling ones (scores spread or narrowed). */
const BETS = 5

/** The start of a test. */
export const startExchangeability = (): Wealth => startWealth(BETS)

/** What the bets pay on a p-value: 1 + ε(p − ½) for ε = ±1, and the same on |2p − 1|, which is as uniform as p. */
function payments(p: number): readonly number[] {
  const moved = p - 0.5
  const spread = Math.abs(2 * p - 1) - 0.5
  return [1, 1 + moved, 1 - moved, 1 + spread, 1 - spread]
}

/** One more p-value: the simple jumper, with bets on spread beside those on location. */
export function betOnPValue(wealth: Wealth, p: number): Wealth {
  return settle(wealth, payments(p))
}

/**
 * ln of the wealth at which the k-th test (from 1) of an endless row raises the alarm: ln(k(k + 1)/level). Each of the
 * tests has its own wealth and may share data with the others; that any of them ever raises a false alarm has
 * probability ≤ level, because Σ 1/(k(k + 1)) = 1.
 */
export function alarmAt(test: number, level: number): number {
  return Math.log((test * (test + 1)) / level)
}
