/** What crosses between a lane and its worker thread, in both directions. Plain data only. */
import { QualmError } from '../errors.js'
import type { ErrorCode, FieldError } from '../errors.js'
import type { WorkerReady, WorkerService } from './worker-service.js'

export type WorkerStats = ReturnType<WorkerService['stats']>

export type ToWorker =
  | { readonly type: 'submit'; readonly id: number; readonly job: unknown }
  | { readonly type: 'cancel'; readonly id: number }
  | { readonly type: 'stats' }
  | { readonly type: 'close' }

/** Every last word on a job brings the counters along, so that they are never older than the answers. */
export type FromWorker =
  | { readonly type: 'ready'; readonly ready: WorkerReady; readonly stats: WorkerStats }
  | { readonly type: 'failed'; readonly fault: Fault }
  | { readonly type: 'partial'; readonly id: number; readonly value: unknown }
  | { readonly type: 'done'; readonly id: number; readonly value: unknown; readonly stats: WorkerStats }
  | { readonly type: 'fail'; readonly id: number; readonly fault: Fault; readonly stats: WorkerStats }
  | { readonly type: 'stats'; readonly stats: WorkerStats }

/** A `QualmError` as data: structured cloning would keep its message and lose its code. */
export interface Fault {
  readonly code: ErrorCode
  readonly message: string
  readonly errors: readonly FieldError[]
  readonly retryAfterSeconds: number | undefined
  readonly extra: Readonly<Record<string, unknown>>
  /** Text of the error behind it, for the log. */
  readonly cause: string | null
}

/** Packs an error for the journey; anything but a `QualmError` becomes QUALM_ERR_MODEL_FAILED. */
export function toFault(error: unknown): Fault {
  if (!(error instanceof QualmError)) {
    return { ...toFault(modelFailed('The model failed on this request.')), cause: textOf(error) }
  }
  const { code, message, errors, retryAfterSeconds, extra } = error
  const cause = error.cause === undefined ? null : textOf(error.cause)
  return { code, message, errors, retryAfterSeconds, extra, cause }
}

/** Unpacks what `toFault` packed. */
export function fromFault({ code, message, errors, retryAfterSeconds, extra, cause }: Fault): QualmError {
  return new QualmError(code, message, {
    errors,
    extra,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    ...(cause === null ? {} : { cause: new Error(cause) })
  })
}

/** The error for work that was lost with its worker; trying again is worthwhile. */
export function modelFailed(message: string, cause?: unknown): QualmError {
  return new QualmError('QUALM_ERR_MODEL_FAILED', message, { retryAfterSeconds: 1, cause })
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
