/**
 * The parts of an upstream and what they owe each other. A `Transport` carries bytes, a `Dialect` knows how one kind of
 * server asks and tells, a probe finds out what this very server can do; an `Upstream` is the three together behind the
 * engine's interface.
 */
import type {
  Basis,
  Decoding,
  Lack,
  LanguageSide,
  Message,
  ModelInfo,
  OutputToken,
  ScoreTextRequest
} from '../engine/engine.js'
import type { DialectName } from './settings.js'

/** One HTTP exchange. `path` is joined to the base URL: `/chat/completions`; one that starts with `//` to its origin. */
export interface Exchange {
  readonly method?: 'GET' | 'POST'
  readonly path: string
  /** Sent as JSON; a string or bytes are sent as they are. Absent: no body. */
  readonly body?: object | string | Uint8Array
  /** Further headers, e.g. `traceparent`. Keys are added by the transport. */
  readonly headers?: Readonly<Record<string, string>>
}

/** A whole answer with a status from 200 to 299. */
export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

/** An answer whose body is still coming; any status. */
export interface OpenReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Throws QUALM_ERR_UPSTREAM (reset, too long) or QUALM_ERR_UPSTREAM_TIMEOUT (silence) in mid-stream. */
  readonly body: AsyncIterable<Uint8Array>
}

/** Totals since start. */
export interface TransportStats {
  readonly open: number
  readonly waiting: number
  /** By outcome: ok, refused, limited, failed, timeout, cancelled, down, full. */
  readonly outcomes: Readonly<Record<string, number>>
  readonly seconds: number
}

/**
 * HTTP to one upstream: pooled connections, timeouts, byte caps, retries, circuit breaker; no redirects. Throws
 * QUALM_ERR_UPSTREAM (network, 5xx, nonsense), _UPSTREAM_TIMEOUT, _UPSTREAM_LIMIT (429, with its Retry-After),
 * _UPSTREAM_REFUSED (other 4xx; `extra.upstream_status`), _UPSTREAM_DOWN (circuit open), QUALM_ERR_QUEUE_FULL, or the
 * reason of the signal, whose abort closes the connection at once.
 */
export interface Transport {
  /** The whole answer, tried again as the limits allow. */
  request(exchange: Exchange, options: { readonly signal: AbortSignal }): Promise<Reply>
  /** The answer as it comes, whatever its status; never tried again once a byte has come. */
  open(exchange: Exchange, options: { readonly signal: AbortSignal }): Promise<OpenReply>
  /**
   * Asks once for the list of models, to see whether the server is there: any status below 500 says so. Takes no place,
   * is tried no second time, counts neither among the calls nor for the circuit. `problem` tells what was found: who is
   * there again has none, unless its key was refused or the circuit is open. Gives the status; null: none came. Never
   * rejects.
   */
  check(): Promise<number | null>
  /** Why calls fail at present; null while they succeed, or when none was made. */
  problem(): string | null
  stats(): TransportStats
  close(): Promise<void>
}

/** What a probe found. Null: not found out. */
export interface Capabilities {
  readonly logprobs: boolean | null
  /** Alternatives per token that it tells, at most. */
  readonly topLogprobs: number | null
  /** Whether one call gives several choices. */
  readonly n: boolean | null
  /** Whether the same seed gives the same text, and another seed another one. */
  readonly seed: boolean | null
  readonly basis: Basis
  /** Whether it reads given texts: prompt log-probabilities. */
  readonly forcing: boolean | null
  /** What kind of server was asked; absent when the rest was learnt by the way. */
  readonly dialect?: DialectName
  /** Unix milliseconds when it was asked; absent when the rest was learnt by the way. */
  readonly probedAt?: number
}

/** One text as a server told it, before it is checked and aligned. */
export interface RawChoice {
  readonly index: number
  /** Null: it says no text that could be right or wrong, e.g. calls of tools, a refusal, or thoughts alone. */
  readonly text: string | null
  readonly finishReason: string | null
  /** Null: it told none. */
  readonly tokens: readonly RawToken[] | null
  /** Text that a model thought before it answered, where the server keeps it apart. */
  readonly reasoning?: string
}

/** One token as a server told it. */
export interface RawToken {
  readonly text: string
  readonly bytes?: readonly number[] | null
  readonly id?: number | null
  /** As it stood in the answer: null, text and −9999 included. */
  readonly logprob: unknown
  readonly top?: readonly { readonly text: string; readonly logprob: unknown; readonly id?: number | null }[]
}

/** The choices of one answer and what they cost. */
export interface RawAnswer {
  readonly choices: readonly RawChoice[]
  readonly promptTokens: number | null
  readonly completionTokens: number | null
}

/** Rows of one decoding that one call asks for. */
export interface Drawing {
  readonly messages: readonly Message[]
  readonly prefill: string
  readonly chatBody: Readonly<Record<string, unknown>> | null
  readonly temperature: number
  readonly topP: number
  readonly topK: number | null
  readonly maxTokens: number
  readonly stop: readonly string[]
  readonly seed: number
  /** Choices in this one call. */
  readonly n: number
  /** Null: no log-probabilities. */
  readonly topCount: number | null
}

/** Sends an exchange and gives the text of its answer; throws what the transport throws. */
export type Ask = (exchange: Exchange) => Promise<string>

/** A prompt as a server has read it, its last tokens being the given text's, and those of a template behind it. */
export interface ReadPrompt {
  readonly tokens: readonly RawToken[]
  readonly promptTokens: number | null
  /** Whether the template has closed the turn behind the text, or nothing stands there. */
  readonly isClosed: boolean
}

/** How one kind of server asks and tells: builds exchanges and reads answers. Has no state. */
export interface Dialect {
  readonly name: DialectName
  /** What its log-probabilities are of under this decoding. */
  readonly basis: (drawing: Pick<Drawing, 'temperature' | 'topP' | 'topK'>) => Basis
  /** Most choices of one call; 1: it is asked again for each. */
  readonly maxChoices: number
  /** Alternatives per token that may be asked for. */
  readonly maxTop: number
  /** Whether it goes on with an answer that was begun for it. */
  readonly continues: boolean
  /** Whether it takes `topK`. */
  readonly cutsTopK: boolean
  readonly draw: (model: string, drawing: Drawing) => Exchange
  /** Throws QUALM_ERR_UPSTREAM when the answer makes no sense, an `error` object with status 200 included. */
  readonly readDrawn: (text: string) => RawAnswer
  /** Teacher forcing: has the messages and the text read as a prompt. Null: it has no way. */
  readonly force: ((ask: Ask, model: string, request: ForcedRequest) => Promise<ReadPrompt>) | null
}

/** A text to be read as the answer to messages. */
export type ForcedRequest = ScoreTextRequest & { readonly messages: readonly Message[] }

/** Tokens after the eight rules of normalisation, or why there are none. */
export type Normalised =
  | { readonly tokens: readonly OutputToken[]; readonly lack?: undefined }
  | { readonly tokens: null; readonly lack: Lack }

/** An upstream as the rest of Qualm sees it. */
export interface Upstream extends LanguageSide {
  readonly alias: string
  info(): ModelInfo
  /** The dialect, found out where the settings leave it open. */
  dialect(signal: AbortSignal): Promise<DialectName>
  /** What it can do: as found out before, or asked now. `fresh` asks again. */
  capabilities(options: { readonly signal: AbortSignal; readonly fresh?: boolean }): Promise<Capabilities>
  /** What is known without asking. */
  known(): Capabilities | null
  /** What the log-probabilities of an answer under this decoding are of, as far as is known without asking. */
  basis(decoding: Decoding): Basis
  /** Learns from an answer that came by another way, e.g. that log-probabilities are refused. */
  learn(found: Partial<Capabilities>): void
  /**
   * Sends a chat request on as it is; for the sidecar. `body` has the model's own name already. The first one has the
   * upstream asked beside it what it can do.
   */
  relay(body: string | Uint8Array, options: RelayOptions): Promise<OpenReply>
  /** See `Transport`. */
  check(): Promise<number | null>
  stats(): TransportStats
  close(): Promise<void>
}

export interface RelayOptions {
  readonly signal: AbortSignal
  readonly headers?: Readonly<Record<string, string>>
}
