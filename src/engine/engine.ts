/**
 * The engine as the rest of Qualm sees it. Implemented by the in-process model pool; an upstream server can stand
 * behind the same interface. Log-probabilities and entropies are in nats, of the model's distribution at temperature 1.
 */

import type { LaneStats, ModelInfo } from './model-info.js'

export type { LaneStats, ModelInfo, Prices, Role, SelfTestCheck } from './model-info.js'

export interface Message {
  readonly role: 'system' | 'user' | 'assistant'
  readonly content: string
}

/**
 * A whole next-token distribution in numbers, over the entries with a finite log-probability; nats, at temperature 1.
 * `first` and `second` are the two largest log-probabilities; `second` is null when there is only one entry.
 */
export interface Distribution {
  /** Entries with a finite log-probability, V. */
  readonly vocabulary: number
  /** H = −Σ p ln p, in [0, ln V]. */
  readonly entropy: number
  /** Variance of ln p under p, Σ p ln² p − H². */
  readonly varentropy: number
  /** (1/V) Σ ln p over entries: how deep the tail is. */
  readonly meanLogprob: number
  /** ln Σ p^e at e = 1/4, 1/2, 3/4, 3/2, 2 and 3. */
  readonly logPowerSums: {
    readonly quarter: number
    readonly half: number
    readonly threeQuarters: number
    readonly threeHalves: number
    readonly square: number
    readonly cube: number
  }
  /** Mass of the dominant entries when the emitted token is one, else its own probability. */
  readonly boosted: number
  readonly first: number
  readonly second: number | null
}

/** Where log-probabilities were read: before or after temperature and truncation were applied. */
export type Basis = 'pre_sampling' | 'post_sampling' | 'unknown'

/** One token as any model tells it. `top` holds the most probable tokens, best first, as many as are known. */
export interface OutputToken {
  /** Null when a server does not tell it. */
  readonly id: number | null
  readonly text: string
  readonly logprob: number
  /** Of the whole next-token distribution; null when only the listed alternatives are known. */
  readonly entropy: number | null
  readonly top: readonly { readonly id: number | null; readonly text: string; readonly logprob: number }[]
  /** True for the end-of-sequence token; its `text` is empty. */
  readonly end: boolean
  /** True when the log-probability is only an upper bound. Absent is false. */
  readonly censored?: boolean
  /** Statistics of the distribution that it came from; only where they were asked for. */
  readonly distribution?: Distribution
}

/** A text that any model wrote. */
export interface OutputRow {
  /** Index of the row in the request: rows are answered in any order. */
  readonly index: number
  readonly text: string
  /** Null when they cannot be had; `lack` says why. */
  readonly tokens: readonly OutputToken[] | null
  /** Why there are no tokens. Absent where there are. */
  readonly lack?: Lack
  /** What the log-probabilities are of. Absent is `pre_sampling`. */
  readonly basis?: Basis
  /**
   * `stop`: the model or a stop string ended it; `length`: cut at `maxTokens` or at the context window; null: a server
   * told something else, or nothing.
   */
  readonly finishReason: 'stop' | 'length' | null
}

/** Why something cannot be had from a model. */
export interface Lack {
  /** `skipped`: the model does not offer it; `failed`: what it gave is unusable. */
  readonly status: 'skipped' | 'failed'
  /** In snake_case: upstream_no_logprobs, alignment_failed, … */
  readonly reason: string
  /** What to do about it. */
  readonly message: string
}

/** One token of the embedded model. */
export interface GeneratedToken extends OutputToken {
  readonly id: number
  readonly entropy: number
  readonly top: readonly { readonly id: number; readonly text: string; readonly logprob: number }[]
}

/** A text that the embedded model wrote. */
export interface Row extends OutputRow {
  readonly tokens: readonly GeneratedToken[]
  readonly finishReason: 'stop' | 'length'
}

/** How one row is decoded. `temperature` 0 is greedy. */
export interface Decoding {
  readonly temperature: number
  /** Nucleus mass in (0, 1]; 1 keeps the whole vocabulary. */
  readonly topP: number
  /** Keep only the k most probable tokens; null keeps all. */
  readonly topK: number | null
}

export interface GenerateRequest {
  readonly model: string
  readonly messages: readonly Message[]
  /** Text that the assistant's turn starts with; rows continue it and their texts leave it out. Absent is none. */
  readonly prefill?: string
  /** One row is decoded per entry; all fork from one prefill. */
  readonly rows: readonly Decoding[]
  readonly maxTokens: number
  /** Tokens of `stop` strings stay in `tokens` but the text is cut before the match. */
  readonly stop: readonly string[]
  /** 32-bit unsigned. Row r draws from a stream fixed by (seed, firstRow + r). */
  readonly seed: number
  /** Rows that earlier calls with this seed decoded: these rows continue their numbering. Absent is 0. */
  readonly firstRow?: number
  /** Alternatives wanted per token, 0 to 20. */
  readonly topCount: number
  /** Statistics of the whole vocabulary for every token of the greedy rows. */
  readonly distributions?: boolean
  /**
   * The chat request as a client sent it. An upstream sends it on, tools and images included, under the decoding of
   * each row; the embedded model reads `messages`. Absent: `messages` is all there is.
   */
  readonly chatBody?: Readonly<Record<string, unknown>>
  /** Decode to `maxTokens` whatever the model says; for benchmarks. */
  readonly ignoreEnd?: boolean
}

/** What any model answers to `generate`. */
export interface Output {
  /** At most as many as were asked for: a server may give fewer. */
  readonly rows: readonly OutputRow[]
  readonly promptTokens: number
  /** Tokens that were written, in the rows and beside them. Absent: those of the rows. */
  readonly completionTokens?: number
}

/** What the embedded model answers. */
export interface GenerateResult extends Output {
  readonly rows: readonly Row[]
  readonly cachedPromptTokens: number
}

/** Teacher forcing: the log-probabilities of `text` as an answer to `messages`, or on its own when `messages` is null. */
export interface ScoreTextRequest {
  readonly model: string
  readonly messages: readonly Message[] | null
  readonly text: string
  /** The tokens to score in place of `text`: what a model wrote may differ from what its text encodes to. */
  readonly ids?: readonly number[]
  /** Also score the end token after the text. */
  readonly includeEnd: boolean
  readonly topCount: number
  /** Statistics of the whole vocabulary for every token. */
  readonly distributions?: boolean
}

/** What any model answers to `scoreText`. */
export interface ScoredText {
  readonly tokens: readonly OutputToken[]
  readonly promptTokens: number
  /** What the log-probabilities are of. Absent is `pre_sampling`. */
  readonly basis?: Basis
}

/** What the embedded model answers. */
export interface ScoreTextResult extends ScoredText {
  readonly tokens: readonly GeneratedToken[]
}

/** Next-token distribution over given continuations of the rendered prompt. */
export interface OptionsRequest {
  readonly model: string
  readonly messages: readonly Message[]
  /** Text put at the start of the assistant's turn, e.g. "Answer:". */
  readonly prefill: string
  /** Options; each is represented by the first token of every spelling listed for it. */
  readonly options: readonly (readonly string[])[]
}

export interface OptionsResult {
  /** Probability mass of each option, not renormalised. */
  readonly probabilities: readonly number[]
  readonly promptTokens: number
}

export interface Pair {
  readonly premise: string
  readonly hypothesis: string
}

export interface PairResult {
  readonly entailment: number
  readonly neutral: number
  readonly contradiction: number
  /** True when the pair was longer than the model's window and its premise was cut. */
  readonly truncated: boolean
}

/** Options of every call: cancellation reaches a row before its next step. */
export interface CallOptions {
  readonly signal: AbortSignal
}

export interface GenerateOptions extends CallOptions {
  /** Called once per finished row, in order of completion, before the result settles. */
  readonly onRow?: (row: OutputRow) => void
  /**
   * Called for every token as it is written, in order within its row. Models here call it; upstreams do not. Joined,
   * the texts are the row's before it is cut at a stop string, save for a last character that was not completed.
   */
  readonly onToken?: (row: number, token: OutputToken) => void
}

/**
 * What may be asked of a language model, here or behind an upstream. Every call rejects with a `QualmError` when the
 * model fails, and with `Unsupported` when it does not offer what is asked.
 */
export interface LanguageSide {
  generate(request: GenerateRequest, options: GenerateOptions): Promise<Output>
  scoreText(request: ScoreTextRequest, options: CallOptions): Promise<ScoredText>
  optionProbabilities(request: OptionsRequest, options: CallOptions): Promise<OptionsResult>
}

export interface Engine extends LanguageSide {
  entail(pairs: readonly Pair[], options: CallOptions): Promise<readonly PairResult[]>
  /** Unit vectors, one per text, in order. */
  embed(texts: readonly string[], options: CallOptions): Promise<readonly Float32Array[]>
  models(): readonly ModelInfo[]
  stats(): readonly LaneStats[]
  /** Resolves when every configured model is ready or failed. */
  ready(): Promise<void>
  /** Stops admission, lets running steps finish, frees the sessions. */
  close(): Promise<void>
}
