/** What the embedded model wrote, in OpenAI's form. */
import type { Output, OutputRow, OutputToken } from '../engine/engine.js'
import type { HeardChoice } from './contract.js'

const bytesOf = (text: string): readonly number[] => [...Buffer.from(text, 'utf8')]

/** One token with at most so many alternatives. */
export function toldToken({ text, logprob, top }: OutputToken, topCount: number) {
  const alternatives = top.slice(0, topCount)
  return {
    token: text,
    logprob,
    bytes: bytesOf(text),
    top_logprobs: alternatives.map((one) => ({ token: one.text, logprob: one.logprob, bytes: bytesOf(one.text) }))
  }
}

/** The tokens of the text alone: the one that ends it and those from a stop string on are no part of it. */
function tokensOf({ text, tokens }: OutputRow): readonly OutputToken[] {
  let length = 0
  return (tokens ?? []).flatMap((token) => {
    const start = length
    length += token.text.length
    if (token.end || start >= text.length) return []
    return length <= text.length ? [token] : [{ ...token, text: text.slice(start) }]
  })
}

/** Log-probabilities of a row as callers see them. */
export function logprobsOf(row: OutputRow, topCount: number) {
  return { content: tokensOf(row).map((token) => toldToken(token, topCount)), refusal: null }
}

/** Alternatives that scoring reads. */
export const SCORED_TOP = 5

/** A row as scoring hears it; the token that ended the text counts, too. */
export function heardRow(row: OutputRow): HeardChoice {
  const end = (row.tokens ?? []).filter((token) => token.end)
  const told = [...tokensOf(row), ...end].map((token) => toldToken(token, SCORED_TOP))
  return { index: row.index, text: row.text, finishReason: row.finishReason, reasoning: '', logprobs: told }
}

/** Tokens that were read and written. */
export function usageOf({ rows, promptTokens }: Output) {
  const written = rows.reduce((sum, { tokens }) => sum + (tokens?.length ?? 0), 0)
  return { prompt_tokens: promptTokens, completion_tokens: written, total_tokens: promptTokens + written }
}

/** What every object of one answer has in common. */
export interface Head {
  readonly id: string
  readonly created: number
  readonly model: string
}

/** The whole answer. */
export function completionOf({ id, created, model }: Head, output: Output, topCount: number | null) {
  const choices = output.rows.map((row) => ({
    index: row.index,
    message: { role: 'assistant', content: row.text, refusal: null },
    logprobs: topCount === null ? null : logprobsOf(row, topCount),
    finish_reason: row.finishReason
  }))
  return { id, object: 'chat.completion', created, model, choices, usage: usageOf(output) }
}
