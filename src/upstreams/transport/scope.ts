/** The time that a call may take, and the patience of who asked for it, as one signal. */
import type { Clock } from '../../engine/clock.js'
import { timedOut } from './failures.js'

export interface Scope {
  /** Fires with the reason of the caller's signal, or with QUALM_ERR_UPSTREAM_TIMEOUT. */
  readonly signal: AbortSignal
  /** Lets go of the timer and the caller's signal. */
  end(): void
}

export function openScope(caller: AbortSignal, timeoutMs: number, clock: Clock): Scope {
  const controller = new AbortController()
  const leave = (): void => controller.abort(caller.reason)
  if (caller.aborted) leave()
  caller.addEventListener('abort', leave, { once: true })
  const late = (): void => controller.abort(timedOut(`did not answer within ${timeoutMs} ms`))
  const cancel = clock.after(timeoutMs, late)
  return {
    signal: controller.signal,
    end() {
      cancel()
      caller.removeEventListener('abort', leave)
    }
  }
}

/** What `work` gives, unless the signal fires first: then its reason, at once. */
export function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = (): void => reject(signal.reason as Error)
    const done = (): void => signal.removeEventListener('abort', leave)
    if (signal.aborted) leave()
    signal.addEventListener('abort', leave, { once: true })
    work.then(resolve, reject).finally(done)
  })
}
