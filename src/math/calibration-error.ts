/** Parts of the Brier score, and a calibration error that does not grow with the noise of small bins. */
import { brier, DEFAULT_BINS, equalMassMembers, equalWidthBins } from './reliability.js'

/** Brier score = reliability − resolution + uncertainty, exactly. */
export interface BrierParts {
  /** Mean squared gap between confidence and accuracy over ten bins of equal width; 0 is best. */
  readonly reliability: number
  /** What telling answers apart gains; larger is better. Counts the spread within bins too. */
  readonly resolution: number
  /** Variance of the quality: the Brier score of always saying the base rate. */
  readonly uncertainty: number
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

/**
 * Decomposes the Brier score (Murphy 1973; the spread within bins counts as resolution, after Stephenson, Coelho,
 * Jolliffe 2008, so that the parts add up). Null for no input.
 */
export function brierParts(confidence: readonly number[], quality: readonly number[]): BrierParts | null {
  const score = brier(confidence, quality)
  if (score === null) return null
  const n = quality.length
  const reliability = equalWidthBins(confidence, quality).reduce(
    (sum, bin) => sum + (bin.n / n) * (bin.meanConfidence - bin.accuracy) ** 2,
    0
  )
  const base = mean(quality)
  const uncertainty = mean(quality.map((each) => (each - base) ** 2))
  return { reliability, resolution: reliability + uncertainty - score, uncertainty }
}

/**
 * Squared mean of the gaps less its expected value when there is none: the variance of that mean. One gap alone may all
 * be chance.
 */
function debiasedSquare(gaps: readonly number[]): number {
  if (gaps.length < 2) return 0
  const average = mean(gaps)
  const variance = gaps.reduce((sum, gap) => sum + (gap - average) ** 2, 0) / (gaps.length - 1)
  return average ** 2 - variance / gaps.length
}

/**
 * Root of the squared calibration error over bins of equal mass, less what chance alone would make of it (Kumar, Liang,
 * Ma 2019, arXiv 1909.10155). 0 when chance explains all of it; null for fewer than two answers.
 */
export function debiasedCalibrationError(confidence: readonly number[], quality: readonly number[]): number | null {
  const n = quality.length
  if (n < 2) return null
  const bins = equalMassMembers(confidence, Math.min(DEFAULT_BINS, Math.floor(n / 2)))
  const total = bins.reduce((sum, members) => {
    const gaps = members.map((i) => quality[i]! - confidence[i]!)
    return sum + (gaps.length / n) * debiasedSquare(gaps)
  }, 0)
  return Math.sqrt(Math.max(0, total))
}
