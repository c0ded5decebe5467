/** A lane as the pool sees it, and what one is made of. */
import type { LaneStats, ModelInfo, Role } from './engine.js'
import type { RestartLimits } from './restart-budget.js'
import type { WorkerSettings } from './worker-service.js'

export interface SubmitOptions {
  readonly signal: AbortSignal
  /** Called for every partial result, before the promise settles. */
  readonly onPartial?: (value: unknown) => void
}

export interface Lane {
  readonly role: Role
  /**
   * Sends a job to the worker and resolves to its answer. While the model loads, or is replaced, the job waits for it,
   * as long as `signal` allows. Rejects with the signal's reason as soon as it fires; with QUALM_ERR_MODEL_FAILED when
   * the worker died; with QUALM_ERR_MODEL_UNAVAILABLE when the model does not serve; with QUALM_ERR_DRAINING after
   * `close`.
   */
  submit(job: unknown, options: SubmitOptions): Promise<unknown>
  info(): ModelInfo
  /** As of the last answer; asking also has the worker send what happened since. */
  stats(): LaneStats
  /** Resolves when the model is ready or has failed for good. */
  ready(): Promise<void>
  /** Rejects what is open, lets the running step finish and waits until the thread has ended. */
  close(): Promise<void>
}

export interface LaneSettings {
  readonly role: Role
  /** Public name of the model. */
  readonly id: string
  readonly source: ModelInfo['source']
  /** Module that calls `serve`. */
  readonly workerUrl: URL
  readonly settings: WorkerSettings
  /** Default: 200 ms before the first replacement, at most five within a minute. */
  readonly restarts?: RestartLimits
}
