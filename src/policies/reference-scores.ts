import { drawIndex, seededRandom } from '../math/random.js'

/** More would make the watch slower and hardly sharper. */
const MOST = 2000
const SEED = 7

/**
 * Uncertainties of the examples, right and wrong, ascending: what later scores are compared with. From more than 2000 a
 * random part, which stands for the whole: exchangeability survives it.
 */
export function referenceScores(examples: readonly { readonly uncertainty: number }[]): readonly number[] {
  const scores = examples.map(({ uncertainty }) => uncertainty)
  const random = seededRandom(SEED)
  for (let i = 0; i < Math.min(MOST, scores.length); i++) {
    const j = i + drawIndex(random, scores.length - i)
    const score = scores[i]!
    scores[i] = scores[j]!
    scores[j] = score
  }
  return scores.slice(0, MOST).sort((a, b) => a - b)
}
