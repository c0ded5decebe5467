/** Adaptive conformal inference (Gibbs and Candès 2021; formulas.md §7.5): a level that follows the errors. */

/** How far one error moves the level. */
export const ADAPTION_RATE = 0.005

/**
 * The next level, α + γ(target − missed). It is not clipped: at or below 0 nothing is turned away, at or above 1
 * everything is, and the bound below rests on that.
 */
export function adaptedLevel(alpha: number, target: number, missed: boolean, rate = ADAPTION_RATE): number {
  return alpha + rate * (target - Number(missed))
}

/**
 * How far the share of misses after `steps` steps can be from `target`, whatever the data:
 * (max(target, 1 − target) + γ) / (γ steps). Infinity before the first step.
 */
export function adaptionBound(target: number, steps: number, rate = ADAPTION_RATE): number {
  return (Math.max(target, 1 - target) + rate) / (rate * steps)
}
