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
  /** Samples that are asked for if the rule never stops. */
  readonly most: number
  readonly comparisons: Comparisons
  /** Asks for so many samples more; fewer may come. */
  readonly draw: (count: number) => Promise<readonly Generation[]>
  /** Known once the first round is drawn. */
  readonly answer: () => Promise<Generation | null>
}

/**
 * Draws until the rule holds or `most` were asked for, however many came. A round is as large as the rule needs at the
 * least, so that the same samples are drawn whatever the order in which they finish. Resolves to the number asked for.
 */
export async function drawInRounds({ adaptive, most, comparisons, draw, answer }: Rounds): Promise<number> {
  const meanings = new Meanings(comparisons, adaptive.meanings)
  const samples: Generation[] = []
  let asked = 0
  const settledWith = (known: Generation | null) => (labels: readonly number[]) =>
    labels.length >= adaptive.least &&
    adaptive.isSettled(labels, { samples, answer: known, most: most - asked + samples.length })
  let isSettled = settledWith(null)
  do {
    const round = Math.max(SMALLEST_ROUND, leastFurther(meanings.labels, most - asked, isSettled))
    const count = Math.min(most - asked, round)
    const drawn = await draw(count)
    asked += count
    for (const { text } of drawn) await meanings.add(text)
    samples.push(...drawn)
    isSettled = settledWith(await answer())
  } while (asked < most && !isSettled(meanings.labels))
  return asked
}
