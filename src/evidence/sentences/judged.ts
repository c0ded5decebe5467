/** Sentences of answers and samples, and what the samples say of each. */
import type { Pair } from '../../engine/engine.js'
import { meaningKey } from '../../math/clusters.js'
import { SAME_TEXT } from '../../math/nli.js'
import { sentencesOf } from '../../math/sentences.js'
import type { Entailment, JudgedSentence } from '../../scorer.js'
import { compareByIndex, firstOfDuplicates } from '../comparison/by-index.js'
import type { SamplePair } from '../comparison/comparisons.js'
import type { Sources } from '../kind.js'
import { checkJudgements, checkSentencePairs } from './limit.js'

/** A sentence to be judged by a sample. */
interface Question extends SamplePair {
  /** Null when the sentence is all of its text, which is then compared as a whole and shared with other evidence. */
  readonly sentence: string | null
}

/**
 * The sentences of the texts at `judged`, each with the verdict of every sample. `texts` are the samples', and behind
 * them the answer's; premise = sample, hypothesis = sentence. A sample entails what it says in as many words. All
 * comparisons are made in one go. Throws `Missing` when there are too many.
 */
export async function judgeSentences(
  judged: readonly number[],
  texts: readonly string[],
  sampleCount: number,
  sources: Sources
): Promise<readonly (readonly JudgedSentence[])[]> {
  const parts = judged.map((hypothesis) => sentencesOf(texts[hypothesis]!))
  checkJudgements(parts.reduce((total, sentences) => total + sentences.length, 0) * sampleCount)
  const questions = judged.flatMap((hypothesis, k) =>
    parts[k]!.flatMap(({ text }) =>
      Array.from({ length: sampleCount }, (_, premise): Question => {
        return { premise, hypothesis, sentence: parts[k]!.length === 1 ? null : text }
      })
    )
  )
  const verdicts = (await answered(questions, texts, sources)).values()
  return parts.map((sentences) =>
    sentences.map((sentence) => ({
      ...sentence,
      verdicts: Array.from({ length: sampleCount }, () => verdicts.next().value!)
    }))
  )
}

async function answered(
  questions: readonly Question[],
  texts: readonly string[],
  sources: Sources
): Promise<readonly Entailment[]> {
  const open = questions.map(pairsToAsk(texts, sources))
  const pairs = open.filter((pair) => pair !== null)
  checkSentencePairs(new Set(pairs.map(({ key }) => key)).size, 'The sentences')
  const [wholes, sentences] = await Promise.all([
    compareByIndex(
      questions.filter(({ sentence }) => sentence === null),
      texts,
      sources
    ),
    sources.comparisons.compareTexts(pairs.map(({ pair }) => pair))
  ])
  const [nextWhole, nextSentence] = [wholes.values(), sentences.values()]
  return questions.map(({ sentence }, i) => {
    if (sentence === null) return nextWhole.next().value!
    return open[i] === null ? SAME_TEXT : nextSentence.next().value!
  })
}

/** The texts to be compared for a question; null when the sentence is all of its text, or the sample says it itself. */
function pairsToAsk(
  texts: readonly string[],
  { comparisons }: Sources
): (question: Question) => { readonly pair: Pair; readonly key: string } | null {
  const first = firstOfDuplicates(texts)
  const said = texts.map((text) => new Set([meaningKey(text), ...sentencesOf(text).map((one) => meaningKey(one.text))]))
  return ({ premise, sentence }) => {
    if (sentence === null || said[premise]!.has(meaningKey(sentence))) return null
    const pair = {
      premise: comparisons.inContext(texts[first[premise]!]!),
      hypothesis: comparisons.inContext(sentence)
    }
    return { pair, key: `${first[premise]!} ${sentence}` }
  }
}
