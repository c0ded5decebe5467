/** Histogram binning (Zadrozny, Elkan 2001; formulas.md §8): the mean quality of the examples of nearly equal score. */
import { equalMassMembers } from '../reliability.js'
import type { Calibrator, LabelledScores } from './calibrator.js'

/** Bin i holds the scores up to `edges[i]`; the last one has no edge. */
export interface HistogramFit {
  /** Ascending; midway between the neighbours in the two bins. */
  readonly edges: readonly number[]
  /** Mean quality of each bin, one more than edges. */
  readonly values: readonly number[]
}

const MOST_BINS = 10
/** Fewer would make a bin's mean say little. */
const LEAST_MEMBERS = 10

/** Bins of nearly equal size, at most ten, of ten examples or more; ties are never parted. */
function fitHistogram({ scores, quality }: LabelledScores): HistogramFit {
  const count = Math.min(MOST_BINS, Math.max(1, Math.floor(scores.length / LEAST_MEMBERS)))
  const bins = equalMassMembers(scores, count)
  return {
    edges: bins.slice(1).map((members, i) => (scores[bins[i]!.at(-1)!]! + scores[members[0]!]!) / 2),
    values: bins.map((members) => members.reduce((sum, i) => sum + quality[i]!, 0) / members.length)
  }
}

/** A score on an edge belongs below it. */
function predict({ edges, values }: HistogramFit, score: number): number {
  const bin = edges.findIndex((edge) => score <= edge)
  return values[bin === -1 ? values.length - 1 : bin]!
}

/** Histogram binning. The one map that may fall: it keeps what the examples showed. */
export const histogram: Calibrator<HistogramFit> = { domain: 'any', fit: fitHistogram, predict }
