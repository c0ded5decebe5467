/** Answers and samples as callers send them, turned into generations whose tokens are known to rebuild the text. */
import type { Basis, FinishReason, Generation, Token } from '../scorer.js'
import { rebuilds, spansOf, utf8, type Span } from './alignment.js'
import { isEndToken } from './end-token.js'
import { bytesOf, readLogprobs, type ChatShape, type LegacyShape, type SuppliedToken } from './supplied-logprobs.js'

/** What a caller says of an answer or sample. */
export interface SuppliedOutput {
  readonly text: string
  readonly finish_reason?: string | null
  readonly logprobs?: ChatShape | LegacyShape | null
  readonly decoding?: { readonly temperature?: number; readonly basis?: Basis }
}

/** `exact`: the tokens rebuild the text; `failed`: they do not; `none`: no tokens are known. */
export type Alignment = 'exact' | 'failed' | 'none'

/** A generation with what its evidence report says. */
export interface Aligned {
  readonly generation: Generation
  readonly alignment: Alignment
  /** One span per token of the generation, worked out when asked for; null unless the alignment is exact. */
  readonly spans: () => readonly Span[] | null
  /** Tokens whose log-probability is only a bound. */
  readonly censored: number
  /** Least probability mass listed at any position; null when no alternatives are known. */
  readonly coverage: number | null
  /** True when the first token of an echo carries no log-probability and is left out of `tokens`. */
  readonly firstUnscored: boolean
  /** True: decoded greedily; false: drawn; null: unknown. */
  readonly greedy: boolean | null
}

/** Reads one supplied answer or sample. `pointer` is its place in the body; throws as `readLogprobs` does. */
export function readOutput(supplied: string | SuppliedOutput, pointer: string): Aligned {
  const output = typeof supplied === 'string' ? { text: supplied } : supplied
  const tokens = output.logprobs ? readLogprobs(output.logprobs, `${pointer}/logprobs`) : null
  const matched = tokens === null ? null : match(tokens, output.text)
  const scored = matched?.tokens.filter((token) => token.logprob !== null) ?? null
  return {
    generation: {
      text: output.text,
      tokens: scored?.map((token) => toToken(token, token === matched?.end)) ?? null,
      finishReason: finishReason(output.finish_reason),
      basis: tokens === null ? 'unknown' : (output.decoding?.basis ?? 'unknown'),
      source: 'supplied'
    },
    alignment: tokens === null ? 'none' : matched === null ? 'failed' : 'exact',
    spans: () => (matched === null ? null : spansOfScored(matched, output.text)),
    censored: scored?.filter((token) => token.censored).length ?? 0,
    coverage: least(scored?.flatMap((token) => token.coverage ?? []) ?? []),
    firstUnscored: matched?.tokens[0]?.logprob === null,
    greedy: output.decoding?.temperature === undefined ? null : output.decoding.temperature === 0
  }
}

/** How tokens rebuild the text. `end` is the end token, if one follows; it is the last of `tokens`. */
interface Match {
  readonly tokens: readonly SuppliedToken[]
  readonly end: SuppliedToken | null
  readonly by: 'texts' | 'bytes'
}

/** Tokens that rebuild the text, by their texts or else by their bytes, with the end token if one follows. */
function match(tokens: readonly SuppliedToken[], text: string): Match | null {
  for (let cut = endsFrom(tokens); cut <= tokens.length; cut++) {
    const body = tokens.slice(0, cut)
    const by = joins(body, text) ? 'texts' : rebuilds(body.map(bytesOf), text) ? 'bytes' : null
    if (by !== null) return { tokens: tokens.slice(0, cut + 1), end: tokens[cut] ?? null, by }
  }
  return null
}

function joins(tokens: readonly SuppliedToken[], text: string): boolean {
  return tokens.map((token) => token.text).join('') === text
}

/** Servers append at most a few tokens after the text; a bound keeps hostile lists cheap. */
const MOST_END_TOKENS = 4

/** Index from which every token can be read as an end token. */
function endsFrom(tokens: readonly SuppliedToken[]): number {
  const lowest = Math.max(0, tokens.length - MOST_END_TOKENS)
  let first = tokens.length
  while (first > lowest && isEndToken(tokens[first - 1]!.text, tokens[first - 1]!.bytes?.length ?? 0)) first--
  return first
}

function spansOfScored({ tokens, end, by }: Match, text: string): readonly Span[] {
  const pieces = tokens.map((token) => (token === end ? utf8('') : by === 'texts' ? utf8(token.text) : bytesOf(token)))
  return spansOf(
    pieces.map((piece) => piece.length),
    text
  ).filter((_, i) => tokens[i]!.logprob !== null)
}

function toToken(token: SuppliedToken, end: boolean): Token {
  const { id, alternatives, censored } = token
  return { text: end ? '' : token.text, id, logprob: token.logprob!, entropy: null, alternatives, censored, end }
}

function finishReason(told: string | null | undefined): FinishReason | null {
  return told === 'stop' || told === 'length' ? told : null
}

function least(values: readonly number[]): number | null {
  return values.length === 0 ? null : Math.min(...values)
}
