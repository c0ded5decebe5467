/**
 * What could stand in the place of each token of the answer, and whether it would have said the same: the evidence of
 * claim-conditioned probability (formulas.md §2.5; Fadeeva et al., arXiv 2403.04696). The paper compares bare tokens.
 * Tokens of the models at hand are pieces of words, and "ber" against "ada" means nothing to an entailment model, so by
 * default the word that was written is compared with the word so far and the alternative in its place: "Canberra" with
 * "Canada".
 */
import type { Pair } from '../../engine/engine.js'
import { isFunctionWord } from '../../math/function-words.js'
import { relationOf } from '../../math/relation.js'
import type { Alternative, AlternativesParameters, Omission, Relation, Token, TokenAlternatives } from '../../scorer.js'
import type { Span } from '../alignment.js'
import type { Comparisons } from '../comparison/comparisons.js'
import { isEndToken } from '../end-token.js'
import { Missing } from '../missing.js'
import type { LocatedTokens } from './located-tokens.js'
import { bare, wordSpans, wordsAround } from './words.js'

/** Alternatives that are read at every position, the emitted token among them, as in the paper. */
export const TOP_ALTERNATIVES = 10
/** Longest answer whose tokens are compared. */
export const MOST_TOKENS = 256

/** A token with what it is compared with. `before` is the answer's text up to the compared unit. */
interface Position {
  readonly word: string
  readonly omitted: Omission | null
  readonly emitted: string
  readonly before: string
  readonly alternatives: readonly (Alternative & { readonly replacement: string })[]
}

/**
 * One entry per token. Equal texts entail each other without a comparison; a text and no text have nothing to do with
 * each other. All pairs go to the model in one call, each distinct one once. Throws `Missing` for an answer that is too
 * long, and for a token to be compared that has fewer than two alternatives listed.
 */
export async function gatherAlternatives(
  answer: LocatedTokens,
  parameters: AlternativesParameters,
  comparisons: Comparisons
): Promise<readonly TokenAlternatives[]> {
  if (answer.tokens.length > MOST_TOKENS) throw tooLong(answer.tokens.length)
  const positions = positionsOf(answer, parameters)
  const pairs = positions.flatMap((position) =>
    position.alternatives
      .filter(({ replacement }) => needsModel(position.emitted, replacement))
      .flatMap(({ replacement }) => bothDirections(position, replacement, parameters.inContext))
  )
  const verdicts = await comparisons.compareTexts(pairs)
  const relations = verdicts.flatMap((verdict, i) => (i % 2 === 0 ? [relationOf(verdict, verdicts[i + 1]!)] : []))
  const next = relations.values()
  return positions.map(({ word, omitted, emitted, alternatives }) => ({
    word,
    omitted,
    alternatives: alternatives.map(({ replacement, logprob }) => ({
      text: replacement,
      logprob,
      relation: needsModel(emitted, replacement) ? next.next().value! : withoutModel(emitted, replacement)
    }))
  }))
}

function positionsOf(answer: LocatedTokens, parameters: AlternativesParameters): readonly Position[] {
  const words = wordSpans(answer.text)
  return answer.tokens.map((token, i) => {
    const around = token.end || sharesCharacter(answer, i) ? null : wordsAround(answer.spans[i]!, words)
    if (around === null) return omitted('', 'no_word')
    const word = answer.text.slice(around.start, around.end)
    if (parameters.skipFunctionWords && isFunctionWord(word)) return omitted(word, 'function_word')
    if (token.alternatives.length < 2) throw tooFew(i)
    return positionOf(answer, i, parameters.unit === 'word' ? around : null)
  })
}

function omitted(word: string, why: Omission): Position {
  return { word, omitted: why, emitted: '', before: '', alternatives: [] }
}

/** `around`: the words that are compared; null for the bare token. */
function positionOf({ text, tokens, spans }: LocatedTokens, i: number, around: Span | null): Position {
  const token = tokens[i]!
  const span = spans[i]!
  const start = around === null ? span.start : Math.min(around.start, span.start)
  const emitted = around === null ? bare(token.text) : text.slice(around.start, around.end)
  return {
    word: emitted,
    omitted: null,
    emitted,
    before: text.slice(0, start),
    alternatives: othersOf(token).map((other) => ({
      ...other,
      replacement: isReadable(other.text) ? bare(text.slice(start, span.start) + other.text) : ''
    }))
  }
}

/** A character split over tokens: neither its parts nor their alternatives can be read. */
function sharesCharacter({ tokens, spans }: LocatedTokens, i: number): boolean {
  const { start, end } = spans[i]!
  const meets = (k: number): boolean => tokens[k]?.end === false && spans[k]!.start < end && spans[k]!.end > start
  return meets(i - 1) || meets(i + 1)
}

const isReadable = (text: string): boolean => !text.includes('\uFFFD') && !isEndToken(text, 0)

/** The alternatives without the emitted token, which a server may spell without its space. */
function othersOf({ text, logprob, alternatives }: Token): readonly Alternative[] {
  const top = alternatives.slice(0, TOP_ALTERNATIVES)
  const exact = top.findIndex((one) => one.text === text)
  const own = exact >= 0 ? exact : top.findIndex((one) => one.logprob === logprob && bare(one.text) === bare(text))
  return own < 0 ? top.slice(0, TOP_ALTERNATIVES - 1) : top.toSpliced(own, 1)
}

const folded = (text: string): string => text.normalize('NFKC').toLowerCase()

function needsModel(emitted: string, replacement: string): boolean {
  return emitted !== '' && replacement !== '' && folded(emitted) !== folded(replacement)
}

function withoutModel(emitted: string, replacement: string): Relation {
  return emitted !== '' && replacement !== '' ? 'entailment' : 'neutral'
}

function bothDirections({ emitted, before }: Position, replacement: string, inContext: boolean): readonly Pair[] {
  const [a, b] = [emitted, replacement].map((one) => (inContext ? `${before.trimEnd()} ${one}`.trimStart() : one))
  return [
    { premise: a!, hypothesis: b! },
    { premise: b!, hypothesis: a! }
  ]
}

function tooFew(index: number): Missing {
  return new Missing(
    'skipped',
    'needs_alternatives',
    `Token ${index} has fewer than two alternatives; supply \`top_logprobs\` for every token, ten where you can.`
  )
}

function tooLong(count: number): Missing {
  return new Missing(
    'failed',
    'too_many_tokens',
    `The alternatives of ${count} tokens would have to be compared, at most ${MOST_TOKENS} are; send a shorter answer.`
  )
}
