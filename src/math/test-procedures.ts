/**
 * Ways to search thresholds by tests so that the chance of certifying a bad one stays within delta (formulas.md §7.4;
 * Angelopoulos et al. 2021). Where tests stand depends on the number of examples, never on their labels.
 */
import {
  firstAccepting,
  learnThenTest,
  sequenceStarts,
  smallestAcceptance,
  type LearnedThreshold,
  type RiskBound,
  type RiskPValue,
  type Step
} from './risk-control.js'

export type ProcedureName = 'fixed_sequence' | 'bonferroni'

export interface Procedure {
  /** The loosest certified step, or null. Needs at least `smallestAcceptance(bound)` examples to find any. */
  readonly find: (steps: readonly Step[], bound: RiskBound, p: RiskPValue) => LearnedThreshold | null
  /** Whether `find` finds any, for less work. */
  readonly attains: (steps: readonly Step[], bound: RiskBound, p: RiskPValue) => boolean
}

/** Tests of the Bonferroni procedure at most: more cost power, fewer leave the threshold coarse. */
const MOST_TESTS = 12

const total = (steps: readonly Step[]): number => steps.at(-1)?.accepted ?? 0

/** The steps at which sequences start, and what each may spend. */
function sequences(steps: readonly Step[], bound: RiskBound) {
  const starts = sequenceStarts(total(steps), bound)
  return { starts, first: starts.counts.map((count) => steps[firstAccepting(steps, count)]!) }
}

/** The steps that the Bonferroni procedure tests, strictest first, each at delta over their number. */
function grid(steps: readonly Step[], { target, delta }: RiskBound) {
  const n = total(steps)
  for (let tests = MOST_TESTS; tests > 0; tests--) {
    const share = delta / tests
    const first = smallestAcceptance({ target, delta: share })
    if (first > n) continue
    const ratio = tests === 1 ? 1 : (n / first) ** (1 / (tests - 1))
    const counts = Array.from({ length: tests }, (_, i) => (i === tests - 1 ? n : Math.floor(first * ratio ** i)))
    return { tested: counts.map((count) => steps[firstAccepting(steps, count)]!), share }
  }
  return { tested: [], share: delta }
}

/** Steps at ranks that depend on the number of examples alone, evenly spaced, strictest first. */
export function evenSteps(steps: readonly Step[], most = MOST_TESTS): readonly Step[] {
  const n = total(steps)
  const counts = Array.from({ length: Math.min(most, n) }, (_, i) => Math.ceil((n * (i + 1)) / Math.min(most, n)))
  return counts.map((count) => steps[firstAccepting(steps, count)]!)
}

const fixedSequence: Procedure = {
  find: (steps, bound, p) => learnThenTest(steps, bound.target, sequenceStarts(total(steps), bound), p),
  attains: (steps, bound, p) => {
    const { starts, first } = sequences(steps, bound)
    return first.some((step) => p(step.errors, step.accepted, bound.target) <= starts.delta)
  }
}

const bonferroni: Procedure = {
  find: (steps, bound, p) => {
    const { tested, share } = grid(steps, bound)
    const found = tested.findLast((step) => p(step.errors, step.accepted, bound.target) <= share)
    return found === undefined ? null : { ...found, pValue: p(found.errors, found.accepted, bound.target) }
  },
  attains: (steps, bound, p) => bonferroni.find(steps, bound, p) !== null
}

/** Every procedure by the name that requests use. `fixed_sequence` is the more powerful where scores order well. */
export const PROCEDURES: Readonly<Record<ProcedureName, Procedure>> = { fixed_sequence: fixedSequence, bonferroni }

/** The smallest target, in steps of 0.001, that the procedure attains on these examples; null when none below 1. */
export function smallestTarget(
  steps: readonly Step[],
  delta: number,
  p: RiskPValue,
  procedure: Procedure = fixedSequence
): number | null {
  for (let thousandths = 1; thousandths < 1000; thousandths++) {
    const target = thousandths / 1000
    if (procedure.attains(steps, { target, delta }, p)) return target
  }
  return null
}
