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

/** Throws QUALM_ERR_PROMPT_TOO_LONG when a sequence does not fit the context window. */
export function checkLength(tokens: number, model: LanguageModel): void {
  if (tokens <= model.contextTokens) return
  throw new QualmError(
    'QUALM_ERR_PROMPT_TOO_LONG',
    `The text takes ${String(tokens)} tokens, the context window of the model holds ${String(model.contextTokens)}. Shorten the prompt or the answer.`
  )
}
