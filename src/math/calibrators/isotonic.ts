/** Isotonic regression by pooling adjacent violators; ties are pooled first (formulas.md §8). */
import type { Calibrator, LabelledScores } from './calibrator.js'

/** Knots of a map that is linear between them and constant outside. Ascending in both; equal lengths, at least one. */
export interface IsotonicFit {
  readonly scores: readonly number[]
  readonly values: readonly number[]
}

interface Block {
  readonly low: number
  readonly high: number
  readonly mean: number
  readonly weight: number
}

function pooled(a: Block, b: Block): Block {
  const weight = a.weight + b.weight
  return { low: a.low, high: b.high, mean: (a.mean * a.weight + b.mean * b.weight) / weight, weight }
}

/** One block per distinct score, ascending. */
function tied({ scores, quality }: LabelledScores): readonly Block[] {
  const order = scores.map((_, i) => i).sort((a, b) => scores[a]! - scores[b]!)
  const blocks: Block[] = []
  for (const i of order) {
    const one = { low: scores[i]!, high: scores[i]!, mean: quality[i]!, weight: 1 }
    const last = blocks.at(-1)
    if (last !== undefined && last.high === one.low) blocks[blocks.length - 1] = pooled(last, one)
    else blocks.push(one)
  }
  return blocks
}

/** Blocks of strictly rising means. */
export function poolViolators(blocks: readonly Block[]): readonly Block[] {
  const stack: Block[] = []
  for (const block of blocks) {
    let merged = block
    while (stack.length > 0 && stack.at(-1)!.mean >= merged.mean) merged = pooled(stack.pop()!, merged)
    stack.push(merged)
  }
  return stack
}

function fitIsotonic(data: LabelledScores): IsotonicFit {
  const blocks = poolViolators(tied(data))
  const knots = blocks.flatMap(({ low, high, mean }) =>
    low === high ? [[low, mean] as const] : [[low, mean] as const, [high, mean] as const]
  )
  return { scores: knots.map(([score]) => score), values: knots.map(([, value]) => value) }
}

/** Index of the first knot above `score`, by bisection; the number of knots when there is none. */
function firstAbove(knots: readonly number[], score: number): number {
  let low = 0
  let high = knots.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (knots[middle]! > score) high = middle
    else low = middle + 1
  }
  return low
}

/** Linear interpolation between knots, the end values outside. */
export function interpolate({ scores, values }: IsotonicFit, score: number): number {
  const above = firstAbove(scores, score)
  if (above === scores.length) return values.at(-1)!
  if (above === 0) return values[0]!
  const share = (score - scores[above - 1]!) / (scores[above]! - scores[above - 1]!)
  return values[above - 1]! + share * (values[above]! - values[above - 1]!)
}

/** Isotonic regression, interpolated linearly between blocks, as scikit-learn's. */
export const isotonic: Calibrator<IsotonicFit> = { domain: 'any', fit: fitIsotonic, predict: interpolate }
