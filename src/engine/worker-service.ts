/**
 * The contract between a model worker thread and the lane that drives it. A worker loads one model and answers jobs;
 * it keeps its own queue, so that batches are formed where token counts are known exactly.
 */
import type {
  GeneratedToken,
  GenerateRequest,
  LaneStats,
  OptionsRequest,
  Pair,
  Role,
  ScoreTextRequest,
  SelfTestCheck
} from './engine.js'

/** What a worker needs to load its model. Plain data: it crosses the thread boundary. */
export interface WorkerSettings {
  readonly role: Role
  readonly modelId: string
  /** Folder in transformers.js's layout, or a hub id when `remote` is true. */
  readonly location: string
  readonly remote: boolean
  /** Where hub downloads are kept; only used when `remote`. */
  readonly cacheDir: string
  /** Weight file suffix by transformers.js's dtype names; null takes the model's own default, then q8, then fp32. */
  readonly dtype: string | null
  readonly threads: number
  /** Language: rows decoded together. */
  readonly maxRows: number
  /** Encoders: padded tokens per batch. */
  readonly maxBatchTokens: number
  /** Language: byte budget of the prompt K/V cache. */
  readonly promptCacheBytes: number
  /** From `createCpuToken`, shared by all workers: they take turns for native runs. Null runs without turns. */
  readonly cpuToken: SharedArrayBuffer | null
}

/** What a worker tells once its model is loaded and tested. */
export interface WorkerReady {
  readonly capabilities: readonly string[]
  readonly batchInvariant: boolean
  readonly digest: string
  readonly contextTokens: number
  readonly selfTest: readonly SelfTestCheck[]
  readonly loadMs: number
  /** Why it serves with limits (no batching, no graph edit); null when all is well. */
  readonly problem: string | null
}

/** How a worker answers one job. After `done` or `fail` nothing more is sent. */
export interface Reply {
  partial(value: unknown): void
  done(value: unknown): void
  /** A `QualmError` keeps its code; any other error becomes QUALM_ERR_MODEL_FAILED. */
  fail(error: unknown): void
}

/** A loaded model inside its worker. No method blocks for longer than one native run. */
export interface WorkerService {
  readonly ready: WorkerReady
  submit(job: unknown, reply: Reply): { cancel(): void }
  stats(): Omit<LaneStats, 'role' | 'restarts'>
  /** Lets the running step finish, then frees the session. */
  close(): Promise<void>
}

/** Language jobs, as they cross to the worker. */
export type LanguageJob =
  | { readonly kind: 'generate'; readonly request: GenerateRequest; readonly tellsTokens?: boolean }
  | { readonly kind: 'score'; readonly request: ScoreTextRequest }
  | { readonly kind: 'options'; readonly request: OptionsRequest }
/** `generate` sends every finished `Row` as a partial, a `ToldToken` for every token if asked, then `GenerateResult`. */
export interface ToldToken {
  /** Index of its row. */
  readonly row: number
  readonly token: GeneratedToken
}

/** Encoder jobs: a list of pairs, or of texts. Answered by `PairResult[]` or `Float32Array[]`. */
export type EntailmentJob = { readonly kind: 'entail'; readonly pairs: readonly Pair[] }
export type EmbeddingJob = { readonly kind: 'embed'; readonly texts: readonly string[] }
