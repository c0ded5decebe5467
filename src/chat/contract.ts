/** What the chat service takes and gives. */
import type { ChatRequest } from '../schemas/chat.js'
import type { ScoreResult } from '../schemas/score-result.js'
import type { ScoreContext } from '../scoring/scoring.js'

/** One request: as it was read, and as it came. */
export interface ChatCall {
  readonly body: ChatRequest
  /** The bytes that `body` was read from: an upstream gets them, save for what must differ. */
  readonly bytes: Uint8Array
  /** The `uncertainty` of `body` is the operator's: what is wrong with it is not the caller's fault. */
  readonly isDefault?: boolean
  /** Headers that go to the upstream, too: those of a trace. */
  readonly headers: Readonly<Record<string, string>>
  /** Notes for where results are told beside the answer. */
  readonly metadata?: Readonly<Record<string, string>>
}

/** What a fault did to an answer that had begun, or that is passed on all the same. */
export type Harm = 'not scored' | 'act failed' | 'broke off'

export interface ChatContext extends ScoreContext {
  /** A result as JSON text without numbers that are not finite. */
  readonly write: (value: unknown) => string
  /** Told what went wrong once there was an answer. Default of `harm`: not scored. */
  readonly note: (error: unknown, harm?: Harm) => void
}

export interface ChatAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Whole, or as it comes. */
  readonly body: string | AsyncIterable<string | Uint8Array>
}

/** Answers chat requests from an upstream or the embedded model, each with its uncertainty. */
export interface Chat {
  /**
   * Rejects with a `QualmError` when there is no answer to pass on; what an upstream says in OpenAI's form of an error
   * is an answer, whatever its status.
   */
  complete(call: ChatCall, context: ChatContext): Promise<ChatAnswer>
}

/** What one choice said, in whole. */
export interface HeardChoice {
  readonly index: number
  /** Null: it is no text, e.g. calls of tools only. */
  readonly text: string | null
  readonly finishReason: string | null
  /** What the model thought before it answered, where the server tells it apart; else empty. */
  readonly reasoning: string
  /** Log-probabilities as the server told them; null when it told none. */
  readonly logprobs: readonly unknown[] | null
}

/** The `uncertainty` of an answer. `result` is null when scoring failed as a whole. */
export interface Assessed {
  readonly json: Readonly<Record<string, unknown>>
  readonly result: ScoreResult | null
}
