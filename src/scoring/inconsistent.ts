/** Which methods disagree with the others about the same answer. */
import type { ScoreResult } from '../schemas/score-result.js'

type Score = ScoreResult['scores'][string]

/** A method that stands against the majority. `certainty` is its value on a common scale, in [0, 1]. */
export interface InconsistentMethod {
  readonly scorer: string
  readonly certainty: number
  readonly says: 'certain' | 'uncertain'
}

/** A certainty nearer to ½ than this takes no side. */
const FAR = 0.25

/**
 * A value between its least and its most certain one, as a number in [0, 1]; null without a value. Between two bounds:
 * linear. With one bound, at distance d ≥ 0 from it: exp(−d) in nats, else 1/(1 + d), is how near the bound is; for a
 * scorer that is certain far from its bound, 1 minus that. With no bound: logistic. Only a reading aid: a sum over
 * tokens falls with the length of the answer, and nothing here is calibrated.
 */
export function certaintyOf({ value, unit, direction, range: [low = null, high = null] }: Score): number | null {
  if (value === null) return null
  const height = heightOf(value, low, high, unit === 'nats')
  return direction === 'higher_is_more_certain' ? height : 1 - height
}

/** Where the value stands between its least (0) and its greatest (1). */
function heightOf(value: number, low: number | null, high: number | null, inNats: boolean): number {
  if (low !== null && high !== null) return high === low ? 0.5 : clamp((value - low) / (high - low))
  const nearness = (distance: number): number => (inNats ? Math.exp(-distance) : 1 / (1 + distance))
  if (low !== null) return 1 - nearness(Math.max(0, value - low))
  if (high !== null) return nearness(Math.max(0, high - value))
  return 1 / (1 + Math.exp(-value))
}

function clamp(share: number): number {
  return Math.min(1, Math.max(0, share))
}

/**
 * Methods on the other side of ½ than most, and at least a quarter away from it. Most is more than half of the methods
 * that have a value and are not at ½ exactly; without such a majority, or with fewer than three methods, none is
 * inconsistent.
 */
export function inconsistentMethods(scores: ScoreResult['scores']): readonly InconsistentMethod[] {
  const placed = Object.entries(scores).flatMap(([scorer, score]) => {
    const certainty = certaintyOf(score)
    if (certainty === null || certainty === 0.5) return []
    return [{ scorer, certainty, says: certainty > 0.5 ? ('certain' as const) : ('uncertain' as const) }]
  })
  const certain = placed.filter(({ says }) => says === 'certain').length
  if (placed.length < 3 || certain * 2 === placed.length) return []
  const minority = certain * 2 > placed.length ? 'uncertain' : 'certain'
  return placed.filter(({ says, certainty }) => says === minority && Math.abs(certainty - 0.5) >= FAR)
}
