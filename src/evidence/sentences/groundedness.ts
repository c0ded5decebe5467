import { sentencesOf } from '../../math/sentences.js'
import type { Generation, GroundedSentence } from '../../scorer.js'
import type { Sources } from '../kind.js'
import { Missing } from '../missing.js'
import { checkSentencePairs } from './limit.js'
import { windowsOf } from './windows.js'

/**
 * Every sentence of the answer against every window of the context, in one call, the question before both: a short
 * answer means little alone. Of the windows the one that entails it most. Throws `Missing` without a context, and when there are too many comparisons.
 */
export async function gatherGroundedness(
  context: string | null,
  answer: () => Promise<Generation>,
  { comparisons }: Sources
): Promise<readonly GroundedSentence[]> {
  if (context === null) {
    throw new Missing(
      'skipped',
      'needs_context',
      'Supply `context`: the source text that the answer should follow from.'
    )
  }
  const windows = windowsOf(context)
  if (windows.length === 0) throw new Missing('failed', 'empty_context', 'The supplied `context` is blank.')
  const sentences = sentencesOf((await answer()).text)
  checkSentencePairs(sentences.length * windows.length, 'The sentences of the answer against `context`')
  const verdicts = await comparisons.compareTexts(
    sentences.flatMap(({ text }) => {
      const hypothesis = comparisons.inContext(text)
      return windows.map((window) => ({ premise: comparisons.inContext(window.text), hypothesis }))
    })
  )
  return sentences.map((sentence, i) => {
    const own = verdicts.slice(i * windows.length, (i + 1) * windows.length)
    const best = own.reduce((most, { entailment }, k) => (entailment > own[most]!.entailment ? k : most), 0)
    const { start, end } = windows[best]!
    return { ...sentence, verdict: own[best]!, source: { start, end } }
  })
}
