/**
 * Thresholds on an uncertainty with a bound on the error of what is accepted (formulas.md §7.3, §7.4): Learn-then-Test
 * (Angelopoulos et al. 2021) for the error among accepted answers, conformal risk control for the joint error.
 */
import { binomialCdf } from './binomial.js'

/** A scored and labelled example. `loss` is in [0, 1]: 0 right, 1 wrong. */
export interface Labelled {
  readonly uncertainty: number
  readonly loss: number
}

/** What accepting every uncertainty ≤ `threshold` would have done on the examples. */
export interface Step {
  readonly threshold: number
  readonly accepted: number
  /** Sum of the losses of the accepted; a count when labels are right or wrong. */
  readonly errors: number
}

/** p-value of the hypothesis "the risk is above `target`", given `errors` (sum of losses) among `accepted`. */
export type RiskPValue = (errors: number, accepted: number, target: number) => number

export interface RiskBound {
  /** Tolerated risk among the accepted, in (0, 1). */
  readonly target: number
  /** Tolerated probability, over calibration draws, that the bound does not hold; in (0, 1). */
  readonly delta: number
}

/** Where tests begin (numbers accepted) and the share of delta that each sequence may spend. */
export interface Starts {
  readonly counts: readonly number[]
  readonly delta: number
}

export interface LearnedThreshold extends Step {
  readonly pValue: number
}

/** Sums of losses carry rounding; this is more than it and far less than the smallest label step. */
const SUM_GUARD = 1e-9

/** One step per distinct uncertainty, strictest first: equal uncertainties are accepted together or not at all. */
export function riskSteps(examples: readonly Labelled[]): readonly Step[] {
  const sorted = [...examples].sort((a, b) => a.uncertainty - b.uncertainty)
  const steps: Step[] = []
  let errors = 0
  sorted.forEach(({ uncertainty, loss }, i) => {
    errors += loss
    if (sorted[i + 1]?.uncertainty !== uncertainty) steps.push({ threshold: uncertainty, accepted: i + 1, errors })
  })
  return steps
}

/** Exact p-value for right-or-wrong labels: P(X ≤ errors), X ~ Binomial(accepted, target). */
export const binomialPValue: RiskPValue = (errors, accepted, target) =>
  binomialCdf(Math.round(errors), accepted, target)

/** Hoeffding–Bentkus p-value for graded losses (Bates et al. 2021): the smaller of the two bounds, at most 1. */
export const hoeffdingBentkusPValue: RiskPValue = (errors, accepted, target) => {
  const rate = Math.min(errors / accepted, target)
  const gap = (rate === 0 ? 0 : rate * Math.log(rate / target)) + (1 - rate) * Math.log((1 - rate) / (1 - target))
  const bentkus = Math.E * binomialCdf(Math.ceil(errors - SUM_GUARD), accepted, target)
  return Math.min(1, bentkus, Math.exp(-accepted * gap))
}

/** Fewest accepted examples that can pass the test: ⌈ln delta / ln(1 − target)⌉, all of them right. */
export function smallestAcceptance({ target, delta }: RiskBound): number {
  return Math.max(1, Math.ceil(Math.log(delta) / Math.log1p(-target) - SUM_GUARD))
}

/**
 * Starting points of the fixed sequences: from the fewest that can pass to all `n`, in geometric steps, at most
 * `most`, each at delta / count (Algorithm 1 of Learn-then-Test). They depend on n alone, never on the labels, and one
 * unlucky label among the most certain no longer ends the search. Empty when n is too small for any.
 */
export function sequenceStarts(n: number, { target, delta }: RiskBound, most = 4): Starts {
  for (let count = most; count > 1; count--) {
    const first = smallestAcceptance({ target, delta: delta / count })
    if (first * 2 ** (count - 1) > n) continue
    const ratio = (n / first) ** (1 / (count - 1))
    const counts = Array.from({ length: count - 1 }, (_, i) => Math.floor(first * ratio ** i + SUM_GUARD))
    return { counts: [...counts, n], delta: delta / count }
  }
  const first = smallestAcceptance({ target, delta })
  return { counts: first <= n ? [first] : [], delta }
}

/** Index of the first step that accepts at least `count`. */
export function firstAccepting(steps: readonly Step[], count: number): number {
  let low = 0
  let high = steps.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (steps[middle]!.accepted < count) low = middle + 1
    else high = middle
  }
  return low
}

/** Walks one sequence from strict to loose and returns the last step that passes before the first that fails. */
function walk(steps: readonly Step[], from: number, passes: (step: Step) => boolean): Step | null {
  let last: Step | null = null
  for (let i = firstAccepting(steps, from); i < steps.length && passes(steps[i]!); i++) last = steps[i]!
  return last
}

/**
 * Learn-then-Test by fixed sequences: the loosest step certified from any start, or null. With probability ≥ 1 − delta
 * over the draw of the examples, the risk among answers with uncertainty ≤ threshold is ≤ target. Between two observed
 * values the counts stand still, so walking the observed values is walking a grid fixed in advance.
 */
export function learnThenTest(
  steps: readonly Step[],
  target: number,
  starts: Starts,
  p: RiskPValue
): LearnedThreshold | null {
  const passes = (step: Step) => p(step.errors, step.accepted, target) <= starts.delta
  let best: Step | null = null
  for (const from of starts.counts) {
    // A sequence that has walked over this start goes where this one would.
    if (from > (best?.accepted ?? -1)) best = walk(steps, from, passes) ?? best
  }
  return best && { ...best, pValue: p(best.errors, best.accepted, target) }
}

/**
 * Conformal risk control: the loosest step with (errors + 1) / (n + 1) ≤ target, or null. The expected loss of a fresh
 * answer, counted as 0 when it is not accepted, is then ≤ target.
 */
export function conformalRiskStep(steps: readonly Step[], target: number): Step | null {
  const n = steps.at(-1)?.accepted ?? 0
  return steps.findLast((step) => step.errors + 1 <= target * (n + 1) + SUM_GUARD) ?? null
}
