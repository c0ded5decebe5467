/** What is told of models, and counted of their work. */

export type Role = 'language' | 'entailment' | 'embedding'

/** What a model costs, in units of `currency` per million tokens. */
export interface Prices {
  readonly inputPerMillion: number
  readonly outputPerMillion: number
  readonly currency: string
}

export interface SelfTestCheck {
  readonly name: string
  readonly passed: boolean
  /** Largest difference seen, in nats or in the unit that `name` implies. */
  readonly difference: number
  readonly tolerance: number
}

export interface ModelInfo {
  readonly id: string
  readonly role: Role
  readonly source: 'embedded' | 'local' | 'hub' | 'upstream'
  readonly state: 'loading' | 'ready' | 'failed'
  /** Why the model does not serve, or serves without batching; null when all is well. */
  readonly problem: string | null
  readonly capabilities: readonly string[]
  readonly batchInvariant: boolean
  /** SHA-256 over the model's files. */
  readonly digest: string | null
  readonly contextTokens: number | null
  readonly selfTest: readonly SelfTestCheck[]
  readonly loadMs: number | null
  /** Absent: nothing is charged for it. */
  readonly prices?: Prices
  /** A language model for requests that name it; one that names none does not mean it. */
  readonly byNameOnly?: true
}

/** Counters and samples for /metrics; totals since start. */
export interface LaneStats {
  readonly role: Role
  readonly waiting: number
  readonly running: number
  readonly restarts: number
  readonly cancelled: number
  readonly runs: Readonly<
    Record<
      string,
      {
        readonly count: number
        readonly ms: number
        readonly items: number
        readonly tokens: number
        readonly paddedTokens: number
      }
    >
  >
  readonly cacheHits: number
  readonly cacheMisses: number
  readonly kvBytes: number
}
