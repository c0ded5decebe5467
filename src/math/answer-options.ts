import type { EvaluatedOption } from '../scorer.js'
import { mostFrequent } from './cluster-description.js'

/**
 * Groups of equal meaning as options, largest first, then by alphabet. The last text is the answer under test and
 * stands for its group; the most frequent text stands for the others.
 * @param assignment group of every text, as many as there are texts
 */
export function describeMembers(texts: readonly string[], assignment: readonly number[]): readonly EvaluatedOption[] {
  const answerGroup = assignment.at(-1)
  return [...new Set(assignment)]
    .map((group) => {
      const members = texts.filter((_, i) => assignment[i] === group)
      const holdsAnswer = group === answerGroup
      const text = holdsAnswer ? texts.at(-1)! : mostFrequent(members)
      return { text, share: members.length / texts.length, holdsAnswer }
    })
    .toSorted((a, b) => b.share - a.share || (a.text < b.text ? -1 : 1))
}
