/** Places for calls: so many are open at once, so many more wait in order, the rest is turned away. */
import { Failure } from './failures.js'

/** Gives the place back; further calls do nothing. */
export type Release = () => void

export interface Slots {
  /** Waits for a place. Throws QUALM_ERR_QUEUE_FULL, or the reason of the signal as soon as it fires. */
  take(signal: AbortSignal): Promise<Release>
  /** A place that is free now, or null. */
  takeFree(): Release | null
  readonly open: number
  readonly waiting: number
}

export function createSlots(limits: { readonly maxConcurrency: number; readonly maxWaiting: number }): Slots {
  const queue = new Set<() => void>()
  let open = 0
  const released = (): Release => {
    let held = true
    return () => {
      if (!held) return
      held = false
      open -= 1
      const [next] = queue
      next?.()
    }
  }
  const occupy = (): Release => {
    open += 1
    return released()
  }
  const takeFree = (): Release | null => (open < limits.maxConcurrency ? occupy() : null)
  const wait = (signal: AbortSignal): Promise<Release> =>
    new Promise((resolve, reject) => {
      const leave = (): void => {
        queue.delete(enter)
        signal.removeEventListener('abort', abandon)
      }
      const abandon = (): void => {
        leave()
        reject(signal.reason as Error)
      }
      const enter = (): void => {
        leave()
        resolve(occupy())
      }
      queue.add(enter)
      signal.addEventListener('abort', abandon, { once: true })
    })
  return {
    async take(signal) {
      signal.throwIfAborted()
      const free = takeFree()
      if (free !== null) return free
      if (queue.size >= limits.maxWaiting) throw full(limits.maxConcurrency, limits.maxWaiting)
      return wait(signal)
    },
    takeFree,
    get open() {
      return open
    },
    get waiting() {
      return queue.size
    }
  }
}

const full = (open: number, waiting: number): Failure =>
  new Failure('QUALM_ERR_QUEUE_FULL', `${open} calls to the upstream are open and ${waiting} wait. Try again later.`, {
    retryAfterSeconds: 1
  })
