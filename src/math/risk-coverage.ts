/** What answering only the most certain part of the questions costs in errors. */

/** Answers up to an uncertainty, as a share of all, and how many of them are wrong. */
export interface RiskCoveragePoint {
  /** Largest uncertainty that is answered. */
  readonly uncertainty: number
  /** Share of the answers that are given, in (0, 1]. */
  readonly coverage: number
  /** Mean loss of those, in [0, 1]. */
  readonly risk: number
}

const MOST_POINTS = 100

/** One point per distinct uncertainty, ascending, thinned evenly to `most` with the last one kept. */
export function riskCoverage(
  uncertainty: readonly number[],
  quality: readonly number[],
  most = MOST_POINTS
): readonly RiskCoveragePoint[] {
  const n = quality.length
  const order = quality.map((_, i) => i).sort((a, b) => uncertainty[a]! - uncertainty[b]!)
  const points: RiskCoveragePoint[] = []
  let loss = 0
  order.forEach((at, i) => {
    loss += 1 - quality[at]!
    const next = order[i + 1]
    if (next !== undefined && uncertainty[next] === uncertainty[at]) return
    points.push({ uncertainty: uncertainty[at]!, coverage: (i + 1) / n, risk: loss / (i + 1) })
  })
  if (points.length <= most) return points
  return Array.from({ length: most }, (_, i) => points[Math.ceil(((i + 1) * points.length) / most) - 1]!)
}
