import { meaningKey } from '../../math/clusters.js'
import type { Circumstances } from '../kind.js'

/** Indices of the supplied samples that no earlier one duplicates; null when samples would be drawn. */
export function distinctSamples({ supply }: Circumstances): readonly number[] | null {
  if (supply.samples === null) return null
  const keyed = supply.samples.map((sample, index) => ({ index, key: meaningKey(sample.generation.text) }))
  return [...new Map(keyed.toReversed().map(({ key, index }) => [key, index])).values()]
}

/** Samples at worst, duplicates among supplied ones counted once. */
export function worstSampleCount(circumstances: Circumstances): number {
  return distinctSamples(circumstances)?.length ?? (circumstances.asksModel ? circumstances.sampleCount : 0)
}

/** Whether there is an answer, or will be. */
export function hasAnswer({ supply, asksModel }: Circumstances): boolean {
  return supply.answer !== null || asksModel
}

/** Comparisons at worst: every meaning new, each compared with all others in both directions, less what was supplied. */
export function worstSamplePairs(circumstances: Circumstances, answerJoins: boolean): number {
  const distinct = distinctSamples(circumstances)
  const { supply, asksModel, sampleCount } = circumstances
  if (distinct === null) {
    const drawn = (asksModel ? sampleCount : 0) + (answerJoins ? 1 : 0)
    return drawn * (drawn - 1)
  }
  const all = answerJoins && supply.answer !== null ? [...distinct, supply.samples!.length] : distinct
  const covered = all.flatMap((a) => all.filter((b) => a !== b && supply.compared(a, b) !== null)).length
  return all.length * (all.length - 1) - covered
}

/** Comparisons of the answer with every sample, in both directions, less what was supplied. */
export function worstAnswerPairs(circumstances: Circumstances): number {
  if (!hasAnswer(circumstances)) return 0
  const { supply } = circumstances
  const distinct = distinctSamples(circumstances)
  if (distinct === null) return 2 * worstSampleCount(circumstances)
  const own = supply.samples!.length
  const isOpen = (a: number, b: number): number => (supply.compared(a, b) === null ? 1 : 0)
  return distinct.reduce((total, sample) => total + isOpen(sample, own) + isOpen(own, sample), 0)
}
