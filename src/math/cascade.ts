/**
 * A cascade of two models: answers of the first are kept up to a threshold on their uncertainty, the rest are asked of
 * a stronger one (formulas.md §7.4 for the tests; Ding et al. 2024, arXiv 2404.14618 for the trade of cost and error).
 */
import {
  learnThenTest,
  riskSteps,
  type Labelled,
  type LearnedThreshold,
  type RiskPValue,
  type Step
} from './risk-control.js'

/** An example with the answers of both models. Losses are in [0, 1]. */
export interface CascadeExample extends Labelled {
  /** Loss of the stronger model's answer. */
  readonly escalated: number
}

/** Sequences of tests, at even distances: where the cascade is best is not known beforehand. */
const SEQUENCES = 4

/**
 * The cascade at every threshold, strictest first; the first step keeps nothing, at −Infinity. `errors` sums the losses
 * of whichever model answers, over all examples.
 */
export function cascadeSteps(examples: readonly CascadeExample[]): readonly Step[] {
  const all = examples.reduce((sum, { escalated }) => sum + escalated, 0)
  const own = riskSteps(examples)
  const strong = riskSteps(examples.map(({ uncertainty, escalated }) => ({ uncertainty, loss: escalated })))
  const kept = own.map((step, i) => ({ ...step, errors: Math.max(0, all - strong[i]!.errors + step.errors) }))
  return [{ threshold: Number.NEGATIVE_INFINITY, accepted: 0, errors: all }, ...kept]
}

/**
 * The threshold that keeps most answers among those at which the error of the whole cascade is certified to be at most
 * `target` with confidence 1 − delta, or null. Fixed sequences from several starts, each at its share of delta.
 */
export function cascadeThreshold(
  steps: readonly Step[],
  { target, delta }: { readonly target: number; readonly delta: number },
  p: RiskPValue
): LearnedThreshold | null {
  const n = steps.at(-1)!.accepted
  const counts = [...new Set(Array.from({ length: SEQUENCES }, (_, i) => Math.floor((i * n) / SEQUENCES)))]
  const ofAll: RiskPValue = (errors, _kept, at) => p(errors, n, at)
  return learnThenTest(steps, target, { counts, delta: delta / counts.length }, ofAll)
}

/** The smallest target, in steps of 0.001, at which a cascade that keeps some answers is certified; null for none. */
export function smallestCascadeTarget(steps: readonly Step[], delta: number, p: RiskPValue): number | null {
  const attains = (thousandths: number) =>
    (cascadeThreshold(steps, { target: thousandths / 1000, delta }, p)?.accepted ?? 0) > 0
  let low = 1
  let high = 1000
  while (low < high) {
    const middle = (low + high) >>> 1
    if (attains(middle)) high = middle
    else low = middle + 1
  }
  return low < 1000 ? low / 1000 : null
}
