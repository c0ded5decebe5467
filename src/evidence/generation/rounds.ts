/** Adaptive sampling: samples are drawn in rounds until a rule needs no more (formulas.md §13.1). */
import { leastFurther } from '../../math/adaptive.js'
import type { Generation } from '../../scorer.js'
import type { Comparisons } from '../comparison/comparisons.js'
import { Meanings } from '../comparison/meanings.js'
import type { Adaptive } from '../input.js'

/** Rows share the reading of the weights, so that a round of one or two costs hardly less than this many. */
const SMALLEST_ROUND = 3

export interface Rounds {
  readonly adaptive: Adaptive
  /** Samples that are drawn if the rule never stops. */
  readonly most: number
  readonly comparisons: Comparisons
  /** Draws so many samples more. */
  readonly draw: (count: number) => Promise<readonly Generation[]>
  /** Known once the first round is drawn. */
  readonly answer: () => Promise<Generation | null>
}

/**
 * Draws until the rule holds or `most` are drawn. A round is as large as the rule needs at the least, so that the same
 * samples are drawn whatever the order in which they finish. Resolves to the number of samples drawn.
 */
export async function drawInRounds({ adaptive, most, comparisons, draw, answer }: Rounds): Promise<number> {
  const meanings = new Meanings(comparisons, adaptive.meanings)
  const samples: Generation[] = []
  const settledWith = (known: Generation | null) => (labels: readonly number[]) =>
    labels.length >= adaptive.least && adaptive.isSettled(labels, { samples, answer: known, most })
  let isSettled = settledWith(null)
  do {
    const round = Math.max(SMALLEST_ROUND, leastFurther(meanings.labels, most - samples.length, isSettled))
    const drawn = await draw(Math.min(most - samples.length, round))
    for (const { text } of drawn) await meanings.add(text)
    samples.push(...drawn)
    isSettled = settledWith(await answer())
  } while (samples.length < most && !isSettled(meanings.labels))
  return samples.length
}
