import { Missing } from '../missing.js'

/** Comparisons of sentences that one kind of evidence may need; about 15 s of the embedded model. */
export const MOST_SENTENCE_PAIRS = 3000

/** No sentence is shorter than a word and its stop. */
const LEAST_TOKENS_OF_SENTENCE = 2

/** Throws `Missing` when there are more comparisons than one kind of evidence may need. */
export function checkSentencePairs(count: number, of: string): void {
  if (count <= MOST_SENTENCE_PAIRS) return
  throw new Missing(
    'failed',
    'too_many_sentences',
    `${of} need ${count} comparisons, and ${MOST_SENTENCE_PAIRS} are made at most; shorten the texts or send fewer.`
  )
}

/** Most sentences that are judged by a sample, those among them that need no comparison included. */
export const MOST_JUDGEMENTS = 100_000

/** Throws `Missing` when so many sentences would be judged that laying them out would take the memory of the service. */
export function checkJudgements(count: number): void {
  if (count <= MOST_JUDGEMENTS) return
  throw new Missing(
    'failed',
    'too_many_sentences',
    `${count} sentences would be judged, one by each sample, and ${MOST_JUDGEMENTS} are at most; shorten the texts or send fewer.`
  )
}

/** Comparisons that are made: none where there would be too many. */
export function allowedPairs(count: number): number {
  return count > MOST_SENTENCE_PAIRS ? 0 : count
}

/** Sentences of a generated text at worst. */
export function worstSentences(maxTokens: number): number {
  return Math.max(1, Math.floor(maxTokens / LEAST_TOKENS_OF_SENTENCE))
}
