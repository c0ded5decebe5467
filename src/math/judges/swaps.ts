/**
 * Whether binary decisions hold when only the form of the question changes: the options in another order, other words of
 * the same meaning, or the negated question, which should turn the decision round.
 */
import { binomialCdf, clopperPearsonUpper } from '../binomial.js'

export type SwapKind = 'order' | 'wording' | 'negation'

/** Two decisions on one matter. For `order` a decision is about the option, not about its place. */
export interface Swap {
  readonly kind: SwapKind
  readonly original: boolean
  readonly changed: boolean
}

export interface SwapReport {
  readonly kind: SwapKind
  readonly n: number
  /** Decisions that are not what the original asks for. */
  readonly flips: number
  /** Share of flips, with the exact 95 % interval of Clopper and Pearson. */
  readonly rate: { readonly value: number; readonly low: number; readonly high: number }
  /** Flips from yes to no and from no to yes, a negated question counted as what it says of the original. */
  readonly yesToNo: number
  readonly noToYes: number
  /** McNemar's exact test, two-sided: small when flips go one way, as a bias does. 1 without flips. */
  readonly pValue: number
  /** The same after Holm's correction for all kinds. */
  readonly adjustedPValue: number
}

const KINDS: readonly SwapKind[] = ['order', 'wording', 'negation']
const TAIL = 0.025

/** Two-sided exact McNemar test: P of flips at least as one-sided as b to c when either way is as likely. */
export function mcnemar(b: number, c: number): number {
  return Math.min(1, 2 * binomialCdf(Math.min(b, c), b + c, 0.5))
}

function reportOf(kind: SwapKind, swaps: readonly Swap[]): Omit<SwapReport, 'adjustedPValue'> {
  const meant = swaps.map(({ original, changed }) => ({ original, now: kind === 'negation' ? !changed : changed }))
  const yesToNo = meant.filter(({ original, now }) => original && !now).length
  const noToYes = meant.filter(({ original, now }) => !original && now).length
  const n = swaps.length
  const flips = yesToNo + noToYes
  const low = 1 - clopperPearsonUpper(n - flips, n, TAIL)
  const rate = { value: flips / n, low: flips === 0 ? 0 : low, high: clopperPearsonUpper(flips, n, TAIL) }
  return { kind, n, flips, rate, yesToNo, noToYes, pValue: mcnemar(yesToNo, noToYes) }
}

/** Holm's step-down adjustment, in the order of the input. */
export function holm(pValues: readonly number[]): readonly number[] {
  const order = pValues.map((_, i) => i).sort((a, b) => pValues[a]! - pValues[b]!)
  const adjusted = new Array<number>(pValues.length).fill(0)
  let least = 0
  order.forEach((i, rank) => {
    least = Math.max(least, Math.min(1, (pValues.length - rank) * pValues[i]!))
    adjusted[i] = least
  })
  return adjusted
}

/** One report per kind that occurs. */
export function auditSwaps(swaps: readonly Swap[]): readonly SwapReport[] {
  const reports = KINDS.flatMap((kind) => {
    const own = swaps.filter((swap) => swap.kind === kind)
    return own.length === 0 ? [] : [reportOf(kind, own)]
  })
  const adjusted = holm(reports.map(({ pValue }) => pValue))
  return reports.map((report, i) => ({ ...report, adjustedPValue: adjusted[i]! }))
}
