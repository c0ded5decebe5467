import type { AnswerEntailment, Entailment, Generation } from '../../scorer.js'
import type { Sources } from '../kind.js'
import { compareByIndex } from './by-index.js'

/** Every text against every other, row = premise, in one call. N·(N − 1) comparisons of N distinct texts. */
export async function gatherEntailment(
  texts: readonly string[],
  sources: Sources
): Promise<readonly (readonly Entailment[])[]> {
  const pairs = texts.flatMap((_, premise) => texts.map((__, hypothesis) => ({ premise, hypothesis })))
  const verdicts = await compareByIndex(pairs, texts, sources)
  return texts.map((_, i) => verdicts.slice(i * texts.length, (i + 1) * texts.length))
}

/** The answer against every sample and every sample against it, in one call. */
export async function gatherAnswerEntailment(
  answer: Generation,
  samples: readonly Generation[],
  sources: Sources
): Promise<AnswerEntailment> {
  const own = samples.length
  const forward = samples.map((_, hypothesis) => ({ premise: own, hypothesis }))
  const backward = samples.map((_, premise) => ({ premise, hypothesis: own }))
  const texts = [...samples, answer].map(({ text }) => text)
  const verdicts = await compareByIndex([...forward, ...backward], texts, sources)
  return { forward: verdicts.slice(0, own), backward: verdicts.slice(own) }
}
