/** What a language job needs of a loaded model: tokens, limits, and the loop that runs them. */
import { QualmError } from '../../errors.js'
import type { Message } from '../engine.js'
import type { LanguageLoop } from './loop.js'
import type { TokenText } from './token-text.js'

export interface LanguageModel {
  readonly loop: LanguageLoop
  readonly text: TokenText
  /** Tokens that end an answer; the first is the one that scoring counts. */
  readonly ends: ReadonlySet<number>
  /** What a text without a prompt starts with. */
  readonly start: number
  readonly contextTokens: number
  readonly vocabulary: number
  encodeMessages(messages: readonly Message[]): number[]
  encodeText(text: string): number[]
}

/** How a job ends: exactly one of `done` and `fail`. */
export interface Outcome<T> {
  done(result: T): void
  fail(error: unknown): void
}

/** Stops a job before its next step. */
export interface JobHandle {
  cancel(): void
}

function tooLong(tokens: string, { contextTokens }: LanguageModel): QualmError {
  return new QualmError(
    'QUALM_ERR_PROMPT_TOO_LONG',
    `The text takes ${tokens} tokens, but the context window of the model holds ${String(contextTokens)}. Shorten the prompt or the answer.`
  )
}

/** Throws QUALM_ERR_PROMPT_TOO_LONG when a sequence does not fit the context window. */
export function checkLength(tokens: number, model: LanguageModel): void {
  if (tokens > model.contextTokens) throw tooLong(String(tokens), model)
}

/** Few texts have more UTF-16 units to a token; conversations beyond it are looked at message by message. */
const USUAL_UNITS_PER_TOKEN = 8

/**
 * Token ids of a conversation. One that is far too long is refused before all of it has been tokenised, because the
 * whole lane stands still meanwhile. Throws QUALM_ERR_PROMPT_TOO_LONG.
 */
export function encodePrompt(model: LanguageModel, messages: readonly Message[]): number[] {
  const units = messages.reduce((sum, { content }) => sum + content.length, 0)
  if (units > USUAL_UNITS_PER_TOKEN * model.contextTokens) refuseHopeless(model, messages)
  return model.encodeMessages(messages)
}

/** Twice the window: pieces that are tokenised apart may take a few tokens more than the whole does. */
function refuseHopeless(model: LanguageModel, messages: readonly Message[]): void {
  let tokens = 0
  for (const { content } of messages) {
    tokens += model.encodeText(content).length
    if (tokens > 2 * model.contextTokens) throw tooLong(`more than ${String(model.contextTokens)}`, model)
  }
}
