/** Thresholds that weigh what wrong answers cost against what it costs to turn answers away (Chow 1970). */
import { hoeffdingBentkusPValue, type Step } from './risk-control.js'

/** Costs in one unit of the caller's choice, at least 0. */
export interface AnswerCosts {
  /** Of an accepted answer of loss 1; in proportion for graded losses. */
  readonly wrong: number
  /** Of every answer above the threshold. */
  readonly turnedAway: number
}

/** A step with its mean cost per answer, over all examples. */
export interface CostedStep extends Step {
  readonly cost: number
}

/** Steps with the mean cost of accepting up to each, over all `n` examples. */
export function costed(steps: readonly Step[], { wrong, turnedAway }: AnswerCosts, n: number): readonly CostedStep[] {
  return steps.map((step) => ({ ...step, cost: (wrong * step.errors + turnedAway * (n - step.accepted)) / n }))
}

/** The step of least mean cost, the one that accepts most among equals. At least one step. */
export function cheapestStep(steps: readonly CostedStep[]): CostedStep {
  return steps.reduce((best, step) => (step.cost <= best.cost ? step : best))
}

/** Halvings of an interval in the search of a bound: to the last digits of a double. */
const HALVINGS = 50

/**
 * Upper bound of a mean in [0, most] from the mean of n independent values, wrong with probability ≤ delta: the value
 * at which the Hoeffding–Bentkus test stops rejecting (Bates et al. 2021).
 */
export function upperMeanBound(mean: number, n: number, most: number, delta: number): number {
  if (most === 0) return 0
  const errors = (mean / most) * n
  let low = Math.min(1, mean / most)
  let high = 1
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2
    if (hoeffdingBentkusPValue(errors, n, middle) > delta) low = middle
    else high = middle
  }
  return high * most
}
