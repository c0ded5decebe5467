/**
 * What each token matters for the meaning: R_t = 1 − g(question ∪ text, the same without token t), one position deleted
 * at a time (formulas.md §2.10; Duan et al., arXiv 2307.01379). The paper asks a cross-encoder for g; here g is the
 * cosine of sentence embeddings, because one embedding per deletion serves every comparison and no further model is
 * needed. The authors' own code deletes every occurrence of the token's text, letters inside other words included.
 */
import { cosine, similarityOf } from '../../math/cosine.js'
import { Missing } from '../missing.js'
import type { Embeddings } from '../similarity/embeddings.js'
import type { LocatedTokens } from './located-tokens.js'

/** Longest text whose tokens are weighed: its deletions are as many texts of that length. */
export const MOST_TOKENS = 256
/** Most deletions in all texts of one kind. */
export const MOST_DELETIONS = 4096
/** UTF-16 units of the question that are kept, from its end, so that the embedding model's window still holds the text. */
const QUESTION_UNITS = 600

/**
 * Relevance in [0, 1] of every token of every text. The end token has 0, and so has a token beyond the end of the text.
 * All distinct texts are embedded in one call. Throws `Missing` when there are too many tokens.
 */
export async function gatherRelevance(
  texts: readonly LocatedTokens[],
  question: string | null,
  embeddings: Embeddings
): Promise<readonly (readonly number[])[]> {
  checkSize(texts)
  const inContext = (text: string): string => (question === null ? text : `${question.slice(-QUESTION_UNITS)} ${text}`)
  const read = texts.map(({ text, tokens, spans }) => ({
    whole: inContext(text),
    shortened: tokens.map(({ end }, i) => (end ? null : inContext(without(text, spans[i]!))))
  }))
  const asked = [...new Set(read.flatMap(({ whole, shortened }) => [whole, ...shortened.filter(isText)]))]
  const vectors = await embeddings.of(asked)
  const vectorOf = new Map(asked.map((text, i) => [text, vectors[i]!]))
  return read.map(({ whole, shortened }) =>
    shortened.map((text) =>
      text === null || text === whole ? 0 : 1 - similarityOf(cosine(vectorOf.get(whole)!, vectorOf.get(text)!))
    )
  )
}

const isText = (text: string | null): text is string => text !== null

function without(text: string, { start, end }: LocatedTokens['spans'][number]): string {
  return text.slice(0, start) + text.slice(end)
}

function checkSize(texts: readonly LocatedTokens[]): void {
  const longest = texts.reduce((most, { tokens }) => Math.max(most, tokens.length), 0)
  if (longest > MOST_TOKENS) throw tooLong(`one text has ${longest} tokens, at most ${MOST_TOKENS}`)
  const distinct = new Map(texts.map(({ text, tokens }) => [text, tokens.length]))
  const deletions = [...distinct.values()].reduce((sum, count) => sum + count, 0)
  if (deletions > MOST_DELETIONS)
    throw tooLong(`the texts have ${deletions} tokens together, at most ${MOST_DELETIONS}`)
}

function tooLong(what: string): Missing {
  return new Missing(
    'failed',
    'too_many_tokens',
    `Each token is weighed by deleting it, and ${what} are weighed; send shorter or fewer texts.`
  )
}
