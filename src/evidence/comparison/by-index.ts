import { meaningKey } from '../../math/clusters.js'
import { SAME_TEXT } from '../../math/nli.js'
import type { Entailment } from '../../scorer.js'
import type { Sources } from '../kind.js'
import type { SamplePair } from './comparisons.js'

/**
 * Compares texts by their index, in one call, in order: the samples', and behind them the answer's. What the caller
 * supplied is taken; a text is exactly entailment of itself and of its duplicates; of duplicates the first is compared.
 */
export async function compareByIndex(
  pairs: readonly SamplePair[],
  texts: readonly string[],
  { input, comparisons }: Pick<Sources, 'input' | 'comparisons'>
): Promise<readonly Entailment[]> {
  const first = firstOfDuplicates(texts)
  texts.forEach((text, index) => comparisons.add(index, text))
  const stand = pairs.map((pair): SamplePair | null => {
    if (pair.premise === pair.hypothesis) return null
    if (input.compared(pair.premise, pair.hypothesis) !== null) return pair
    const [premise, hypothesis] = [first[pair.premise]!, first[pair.hypothesis]!]
    return premise === hypothesis ? null : { premise, hypothesis }
  })
  const verdicts = (await comparisons.compare(stand.filter((pair) => pair !== null))).values()
  return stand.map((pair) => (pair === null ? SAME_TEXT : verdicts.next().value!))
}

/** For every text the index of the first that is a duplicate of it. */
export function firstOfDuplicates(texts: readonly string[]): readonly number[] {
  const firsts = new Map<string, number>()
  return texts.map((text, index) => {
    const key = meaningKey(text)
    if (!firsts.has(key)) firsts.set(key, index)
    return firsts.get(key)!
  })
}
