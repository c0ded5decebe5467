/** What a lane answers when its model cannot. Callers may try again after the time each error names. */
import { QualmError } from '../errors.js'

/** The worker died with the request in its hands. */
export function workerLost(reason: unknown): QualmError {
  return new QualmError('QUALM_ERR_MODEL_FAILED', 'The model worker failed while it had this request; try again.', {
    retryAfterSeconds: 1,
    cause: reason
  })
}

/** The lane has been closed. */
export function laneClosed(): QualmError {
  return new QualmError('QUALM_ERR_DRAINING', 'The service is shutting down.', { retryAfterSeconds: 1 })
}

/** The model failed for good. Names it, and keeps the reason for the log and `GET /v1/models`. */
export function modelUnavailable(id: string, cause: unknown): QualmError {
  return new QualmError('QUALM_ERR_MODEL_UNAVAILABLE', `Model ${id} does not serve; see GET /v1/models.`, {
    retryAfterSeconds: 30,
    cause
  })
}

/** One line that says what went wrong: the error's own message and the first line of what caused it. */
export function problemText(error: Error): string {
  return error.cause instanceof Error ? `${error.message} ${error.cause.message.split('\n')[0] ?? ''}` : error.message
}
