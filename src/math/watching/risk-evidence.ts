/**
 * Evidence, from labels that arrive one by one, that a mean loss exceeds what was promised. Valid at any time, however
 * often it is looked at: betting against "the mean is at most m" (Waudby-Smith and Ramdas 2024, Estimating means of
 * bounded random variables by betting).
 */
import { clopperPearsonUpper } from '../binomial.js'
import { settle, startWealth, type Wealth } from './wealth.js'

/** The smallest stake; each further one is twice as large. */
const SMALLEST_STAKE = 0.25
/** The largest stake loses at most this part of its money on one right answer. */
const MOST_LOST = 0.9

/** Stakes λ against a bound, in [0, 0.9/bound]: none, then doubling. A stake pays 1 + λ(loss − bound). */
function stakes(bound: number): readonly number[] {
  const most = MOST_LOST / bound
  const count = Math.max(0, Math.floor(Math.log2(most / SMALLEST_STAKE))) + 1
  const doubling = Array.from({ length: count }, (_, i) => SMALLEST_STAKE * 2 ** i)
  return [0, ...doubling.filter((stake) => stake <= most)]
}

/** The start of a test against `bound`, in (0, 1). */
export function startRisk(bound: number): Wealth {
  return startWealth(stakes(bound).length)
}

/** One more loss, in [0, 1]; the wealth grows when losses are larger than the bound. */
export function betOnLoss(wealth: Wealth, loss: number, bound: number): Wealth {
  return settle(
    wealth,
    stakes(bound).map((stake) => 1 + stake * (loss - bound))
  )
}

/**
 * The rate that a promise made on average over calibration draws keeps for this one draw, except with probability
 * `delta`. With k = ⌊(n + 1) target⌋ scores beyond the threshold, the rate is at most Beta(k, n + 1 − k) distributed
 * (Vovk 2012); its upper quantile is the Clopper–Pearson bound of k − 1 errors in n. In (0, 1]; 1 says nothing.
 */
export function rateWithin(target: number, n: number, delta: number): number {
  const k = Math.floor((n + 1) * target + 1e-9)
  return k < 1 ? target : Math.max(target, clopperPearsonUpper(k - 1, n, delta))
}
