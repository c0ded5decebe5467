/** What the sentences ask of the entailment model, before anything runs. */
import { sentencesOf } from '../../math/sentences.js'
import { distinctSamples, worstSampleCount, worstSamplePairs, hasAnswer } from '../comparison/worst-pairs.js'
import type { Circumstances, Work } from '../kind.js'
import { allowedPairs, MOST_SENTENCE_PAIRS, worstSentences } from './limit.js'
import { windowsOf } from './windows.js'

/** Every sentence of the answer against every sample. A single sentence is the whole answer, which may be supplied. */
export function answerSentencesWork(circumstances: Circumstances): Work {
  const { supply, maxTokens } = circumstances
  if (!hasAnswer(circumstances)) return {}
  const samples = worstSampleCount(circumstances)
  if (supply.answer === null) return { pairs: Math.min(MOST_SENTENCE_PAIRS, samples * worstSentences(maxTokens)) }
  const sentences = sentencesOf(supply.answer.generation.text).length
  // What repeats is compared once, and what a sample says itself not at all: what looks too many may yet be made.
  if (sentences > 1) return { pairs: Math.min(MOST_SENTENCE_PAIRS, sentences * samples) }
  const isOpen = (sample: number): boolean => supply.compared(sample, supply.samples!.length) === null
  return { pairs: sentences * (distinctSamples(circumstances)?.filter(isOpen).length ?? samples) }
}

/** Every sentence of every sample against all other samples. Samples of one sentence are compared as wholes. */
export function samplesSentencesWork(circumstances: Circumstances): Work {
  const { supply, maxTokens } = circumstances
  const distinct = distinctSamples(circumstances)
  const samplePairs = worstSamplePairs(circumstances, false)
  if (distinct === null) {
    return { samplePairs, pairs: Math.min(MOST_SENTENCE_PAIRS, samplePairs * worstSentences(maxTokens)) }
  }
  const counts = distinct.map((index) => sentencesOf(supply.samples![index]!.generation.text).length)
  const many = counts.filter((count) => count > 1).reduce((total, count) => total + count, 0)
  return {
    ...(counts.includes(1) ? { samplePairs } : {}),
    pairs: Math.min(MOST_SENTENCE_PAIRS, many * (distinct.length - 1))
  }
}

/** Every sentence of the answer against every window of the context. */
export function groundednessWork(circumstances: Circumstances): Work {
  const { supply, maxTokens } = circumstances
  if (supply.context === null || !hasAnswer(circumstances)) return {}
  const windows = windowsOf(supply.context).length
  if (supply.answer === null) return { pairs: Math.min(MOST_SENTENCE_PAIRS, windows * worstSentences(maxTokens)) }
  return { pairs: allowedPairs(windows * sentencesOf(supply.answer.generation.text).length) }
}
