/** Which of the answers that the model gave is the one under test, and what all replies together say of it. */
import type { Guess, VerbalizedStyle } from '../scorer.js'
import { answerKey, sameAnswer } from './answer-match.js'
import { mean } from './logprob.js'
import { averageConfidence, consistency, pairRank, type Confidences } from './verbalized-aggregation.js'
import { isAboutShown } from './verbalized-reply.js'

/** How several replies become one number; `none` takes a single reply. */
export type Aggregation = 'none' | 'consistency' | 'avg_conf' | 'pair_rank'

export const AGGREGATIONS: readonly Aggregation[] = ['none', 'consistency', 'avg_conf', 'pair_rank']

/** Stands for the answer under test, which no key of a text equals: keys hold no line break. */
const TESTED = '\n'

/** One answer among the replies. */
export interface Candidate {
  /** Its first wording. */
  readonly text: string
  /** In [0, 1]; of a list's lower guesses only `pair_rank` tells one, elsewhere they have 0. */
  readonly confidence: number
  /** Replies that name it. */
  readonly replies: number
  /** Whether it is the answer under test. */
  readonly matched: boolean
}

/** The confidence of the answer under test and of all that was answered, highest first. */
export interface Aggregated {
  readonly value: number
  readonly candidates: readonly Candidate[]
  /** Set where the aggregation had nothing to weigh by and another took its place. */
  readonly fallback: Aggregation | null
}

/** Whether a style gives what an aggregation needs: answers of its own, or ranked lists of them. */
export function fits(style: VerbalizedStyle, aggregation: Aggregation): boolean {
  if (aggregation === 'pair_rank') return style === 'top_k'
  return aggregation !== 'consistency' || !isAboutShown(style)
}

/**
 * What the replies say of the answer under test. 0 when no reply gives it; in pair_rank an answer that no list holds is
 * ranked behind all others. Where the replies are about the shown answer, `avg_conf` is their mean.
 * @param replies those that could be read, at least one
 */
export function aggregate(
  style: VerbalizedStyle,
  aggregation: Aggregation,
  replies: readonly (readonly Guess[])[],
  answer: string
): Aggregated {
  const wordings = new Map(
    replies
      .flat()
      .toReversed()
      .map((guess) => [keyOf(guess, answer), guess.answer])
  )
  const keyed = replies.map((guesses) => distinct(guesses.map((guess) => ({ ...guess, answer: keyOf(guess, answer) }))))
  const confidences = isAboutShown(style)
    ? new Map([[TESTED, mean(replies.map(([first]) => first!.confidence))]])
    : confidencesOf(aggregation, keyed)
  const nothingStated = aggregation === 'avg_conf' && keyed.every(([first]) => first!.confidence === 0)
  return {
    value: confidences.get(TESTED) ?? 0,
    candidates: describe(confidences, keyed, wordings),
    fallback: nothingStated && !isAboutShown(style) ? 'consistency' : null
  }
}

function keyOf(guess: Guess, answer: string): string {
  return sameAnswer(guess.answer, answer) ? TESTED : answerKey(guess.answer)
}

/** Each answer once per reply, where it stands first. */
function distinct(guesses: readonly Guess[]): readonly Guess[] {
  return [...new Map(guesses.toReversed().map((guess) => [guess.answer, guess])).values()].reverse()
}

function confidencesOf(aggregation: Aggregation, keyed: readonly (readonly Guess[])[]): Confidences {
  if (aggregation === 'avg_conf') return averageConfidence(keyed)
  if (aggregation === 'consistency') return consistency(keyed)
  const lists = keyed.map((guesses) => guesses.map((guess) => guess.answer))
  return pairRank(lists, [TESTED])
}

function describe(
  confidences: Confidences,
  keyed: readonly (readonly Guess[])[],
  wordings: ReadonlyMap<string, string>
): readonly Candidate[] {
  return [...wordings]
    .map(([key, text]) => ({
      text,
      confidence: confidences.get(key) ?? 0,
      replies: keyed.filter((guesses) => guesses.some((guess) => guess.answer === key)).length,
      matched: key === TESTED
    }))
    .toSorted((a, b) => b.confidence - a.confidence || (a.text < b.text ? -1 : 1))
}
