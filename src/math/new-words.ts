/** What an answer adds to its question: words that the question does not already hold. */
import { words } from './words.js'

/** Most words of a text that are looked at. */
const MOST_WORDS = 1000
/** "Answer: Paris" says no more than "Paris". */
const LABEL = /^\s*(?:the\s+)?(?:final\s+)?answer\s*:/iu

function wordSet(text: string): ReadonlySet<string> {
  return new Set(words(text.replace(LABEL, ''), MOST_WORDS).words)
}

/** The distinct words of a text that are not among those of `question`; lower-cased, in any script. */
function newWords(text: string, question: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...wordSet(text)].filter((word) => !question.has(word)))
}

/** How far other answers repeat what one answer adds. */
export interface Coverage {
  /** For each other answer the share of the answer's words that it holds, in [0, 1]. */
  readonly shares: readonly number[]
  /** The words that were looked for. */
  readonly words: readonly string[]
  /** True when the answer adds no word: then all its words are looked for, among answers that add none either. */
  readonly restates: boolean
}

/** Coverage of `answer` by `others`; null when the answer has no word at all. `question` may be null. */
export function coverageOf(answer: string, others: readonly string[], question: string | null): Coverage | null {
  const asked = question === null ? new Set<string>() : wordSet(question)
  const added = newWords(answer, asked)
  const restates = added.size === 0
  const wanted = [...(restates ? wordSet(answer) : added)]
  if (wanted.length === 0) return null
  const shareIn = (other: string): number => {
    const theirs = newWords(other, asked)
    if (restates && theirs.size > 0) return 0
    const held = restates ? wordSet(other) : theirs
    return wanted.filter((word) => held.has(word)).length / wanted.length
  }
  return { shares: others.map(shareIn), words: wanted, restates }
}
