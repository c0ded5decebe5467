import { meaningKey } from '../../math/clusters.js'
import type { Circumstances } from '../kind.js'

/** Comparisons at worst: every meaning new, each compared with all others in both directions, less what was supplied. */
export function worstSamplePairs({ supply, asksModel, sampleCount }: Circumstances, answerJoins: boolean): number {
  const { samples, answer, compared } = supply
  if (samples === null) {
    const drawn = (asksModel ? sampleCount : 0) + (answerJoins ? 1 : 0)
    return drawn * (drawn - 1)
  }
  const keyed = samples.map((sample, index) => ({ index, key: meaningKey(sample.generation.text) }))
  const distinct = [...new Map(keyed.toReversed().map(({ key, index }) => [key, index])).values()]
  if (answerJoins && answer !== null) distinct.push(samples.length)
  const covered = distinct.flatMap((a) => distinct.filter((b) => a !== b && compared(a, b) !== null)).length
  return distinct.length * (distinct.length - 1) - covered
}
