/** Averages over the sentences of an answer, each of which counts alike whatever its length (arXiv 2307.10236). */
import { mean } from './logprob.js'
import { sentencesOf } from './sentences.js'

/** The option of scorers that can average over sentences. */
export const AVERAGE_OPTION = {
  type: 'string',
  enum: ['answer', 'sentences'],
  default: 'answer',
  description: 'Over all tokens at once, or the mean of the values of the sentences.'
} as const

/** Tokens by sentence, in order. White space before a sentence and the end token go with their neighbours. */
export function bySentence<T extends { readonly text: string }>(tokens: readonly T[]): readonly (readonly T[])[] {
  const sentences = sentencesOf(tokens.map(({ text }) => text).join(''))
  const groups: T[][] = sentences.map(() => [])
  let at = 0
  let current = 0
  for (const token of tokens) {
    const visible = at + token.text.length - token.text.trimStart().length
    while (current + 1 < sentences.length && visible >= sentences[current + 1]!.start) current++
    groups[current]?.push(token)
    at += token.text.length
  }
  const found = groups.filter((group) => group.length > 0)
  return found.length === 0 && tokens.length > 0 ? [tokens] : found
}

/** Mean over sentences, with the value of each; sentences without a value are left out. Null when none has one. */
export function meanOverSentences<T extends { readonly text: string }>(
  tokens: readonly T[],
  valueOf: (tokens: readonly T[]) => number | null
): { readonly value: number; readonly sentences: readonly (number | null)[] } | null {
  const sentences = bySentence(tokens).map(valueOf)
  const known = sentences.filter((value) => value !== null)
  return known.length === 0 ? null : { value: mean(known), sentences }
}
