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
  /** One span per token of the generation; null unless the alignment is exact. */
  readonly spans: readonly Span[] | null
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
  const scored = matched?.tokens.filter(token => token.logprob !== null) ?? null
  return {
    generation: {
      text: output.text,
      tokens: scored?.map(token => toToken(token, token === matched?.end)) ?? null,
      finishReason: finishReason(output.finish_reason),
      basis: tokens === null ? 'unknown' : output.decoding?.basis ?? 'unknown',
      source: 'supplied'
    },
    alignment: tokens === null ? 'none' : matched === null ? 'failed' : 'exact',
    spans: matched === null ? null : spansOfScored(matched, output.text),
    censored: scored?.filter(token => token.censored).length ?? 0,
    coverage: least(scored?.flatMap(token => token.coverage ?? []) ?? []),
    firstUnscored: matched?.tokens[0]?.logprob === null,
    greedy: output.decoding?.temperature === undefined ? null : output.decoding.temperature === 0
  }
}

interface Match {
  readonly tokens: readonly SuppliedToken[]
  readonly pieces: readonly Uint8Array[]
  readonly end: SuppliedToken | null
}

/** Tokens that rebuild the text, with the end token if one follows; by bytes first, then by their texts alone. */
function match(tokens: readonly SuppliedToken[], text: string): Match | null {
  return matchPieces(tokens, tokens.map(bytesOf), text)
    ?? matchPieces(tokens, tokens.map(token => utf8(token.text)), text)
}

function matchPieces(tokens: readonly SuppliedToken[], pieces: readonly Uint8Array[], text: string): Match | null {
  for (let cut = endsFrom(tokens, pieces); cut <= tokens.length; cut++) {
    const body = pieces.slice(0, cut)
    if (!rebuilds(body, text)) continue
    const end = tokens[cut] ?? null
    return { tokens: tokens.slice(0, cut + 1), pieces: end === null ? body : [...body, utf8('')], end }
  }
  return null
}

/** Servers append at most a few tokens after the text; a bound keeps hostile lists cheap. */
const MOST_END_TOKENS = 4

/** Index from which every token can be read as an end token. */
function endsFrom(tokens: readonly SuppliedToken[], pieces: readonly Uint8Array[]): number {
  const lowest = Math.max(0, tokens.length - MOST_END_TOKENS)
  let first = tokens.length
  while (first > lowest && isEndToken(tokens[first - 1]!.text, pieces[first - 1]!.length)) first--
  return first
}

function spansOfScored({ tokens, pieces }: Match, text: string): readonly Span[] {
  const spans = spansOf(pieces.map(piece => piece.length), text)
  return spans.filter((_, i) => tokens[i]!.logprob !== null)
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
