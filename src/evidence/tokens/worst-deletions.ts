import { utf8 } from '../alignment.js'
import type { Circumstances } from '../kind.js'
import type { Aligned } from '../supplied-output.js'
import { MOST_DELETIONS, MOST_TOKENS } from './relevance.js'

/** Texts that are embedded at worst to weigh the tokens of the answer: it whole, and without each token. */
export function deletionsOfAnswer({ supply, asksModel, maxTokens }: Circumstances): number {
  if (supply.answer === null) return asksModel ? embedded([maxTokens]) : 0
  return embedded(tokenCounts([supply.answer], asksModel))
}

/** The same for the samples, each distinct text once. */
export function deletionsOfSamples({ supply, asksModel, maxTokens, sampleCount }: Circumstances): number {
  if (supply.samples === null) return asksModel ? embedded(Array.from({ length: sampleCount }, () => maxTokens)) : 0
  return embedded(tokenCounts(supply.samples, asksModel))
}

/** Tokens of each distinct text; none where they are unknown and nobody may be asked. A token has a byte or more. */
function tokenCounts(outputs: readonly Aligned[], asksModel: boolean): readonly number[] {
  const distinct = new Map(outputs.map(({ generation }) => [generation.text, generation]))
  return [...distinct.values()].flatMap(({ text, tokens }) => tokens?.length ?? (asksModel ? [utf8(text).length] : []))
}

/** Nothing is embedded once a cap is passed. Lengths that are only bounds may still turn out to be within it. */
function embedded(counts: readonly number[]): number {
  const weighed = counts.reduce((sum, count) => sum + Math.min(count, MOST_TOKENS), 0)
  return Math.min(weighed, MOST_DELETIONS) + counts.length
}
