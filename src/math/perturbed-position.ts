/** Which token of an answer is replaced (formulas.md §5). */

/** How the position is picked: highest entropy, lowest entropy, or largest rise over the token before. */
export type PositionRule = 'max_ent' | 'min_ent' | 'max_diff'

export interface PickedPosition {
  readonly index: number
  /** True when no entropy rises, so that the highest one was taken instead. */
  readonly fellBack: boolean
}

function extreme(values: readonly number[], sign: 1 | -1): number {
  return values.reduce((best, value, at) => (sign * value > sign * values[best]! ? at : best), 0)
}

/** Picks among entropies in nats, one per token, at least one; the first of equals. */
export function pickPosition(entropies: readonly number[], rule: PositionRule): PickedPosition {
  if (rule === 'min_ent') return { index: extreme(entropies, -1), fellBack: false }
  const rises = entropies.map((entropy, at) => (at === 0 ? 0 : entropy - entropies[at - 1]!))
  const steepest = extreme(rises, 1)
  if (rule === 'max_diff' && rises[steepest]! > 0) return { index: steepest, fellBack: false }
  return { index: extreme(entropies, 1), fellBack: rule === 'max_diff' }
}
