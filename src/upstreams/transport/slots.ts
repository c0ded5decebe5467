/** Places for calls: so many are open at once, so many more wait in order, the rest is turned away. */
import { Failure } from './failures.js'

/** Gives the place back; further calls do nothing. */
export type Release = () => void

/** Somebody waits for the first token of a relay; samples are Qualm's own calls. */
export type Purpose = 'relay' | 'sample'

/** Relays go before samples, which leave a share of the places to them. */
export interface Slots {
  /** Waits for a place. Throws QUALM_ERR_QUEUE_FULL, or the reason of the signal as soon as it fires. */
  take(purpose: Purpose, signal: AbortSignal): Promise<Release>
  /** A place that is free now, or null. */
  takeFree(purpose: Purpose): Release | null
  readonly open: number
  readonly waiting: number
}

interface SlotLimits {
  readonly maxConcurrency: number
  /** Of each purpose. */
  readonly maxWaiting: number
}

/** Share of the places that only relays take. */
const RELAYS_OWN = 1 / 4

/** Places that samples may take: all but a quarter, rounded in favour of relays; a single place serves both. */
const placesForSamples = (all: number): number => Math.max(1, all - Math.ceil(all * RELAYS_OWN))

export function createSlots({ maxConcurrency, maxWaiting }: SlotLimits): Slots {
  const queues: Readonly<Record<Purpose, Set<() => void>>> = { relay: new Set(), sample: new Set() }
  const most: Readonly<Record<Purpose, number>> = { relay: maxConcurrency, sample: placesForSamples(maxConcurrency) }
  const open: Record<Purpose, number> = { relay: 0, sample: 0 }
  const allOpen = (): number => open.relay + open.sample
  const hasPlace = (purpose: Purpose): boolean => allOpen() < maxConcurrency && open[purpose] < most[purpose]
  const admit = (purpose: Purpose): boolean => {
    const [next] = hasPlace(purpose) ? queues[purpose] : []
    next?.()
    return next !== undefined
  }
  const occupy = (purpose: Purpose): Release => {
    let held = true
    open[purpose] += 1
    return () => {
      if (!held) return
      held = false
      open[purpose] -= 1
      if (!admit('relay')) admit('sample')
    }
  }
  const takeFree = (purpose: Purpose): Release | null => (hasPlace(purpose) ? occupy(purpose) : null)
  const wait = (purpose: Purpose, signal: AbortSignal): Promise<Release> =>
    new Promise((resolve, reject) => {
      const leave = (): void => {
        queues[purpose].delete(enter)
        signal.removeEventListener('abort', abandon)
      }
      const abandon = (): void => {
        leave()
        reject(signal.reason as Error)
      }
      const enter = (): void => {
        leave()
        resolve(occupy(purpose))
      }
      queues[purpose].add(enter)
      signal.addEventListener('abort', abandon, { once: true })
    })
  return {
    async take(purpose, signal) {
      signal.throwIfAborted()
      const free = takeFree(purpose)
      if (free !== null) return free
      const { size } = queues[purpose]
      if (size >= maxWaiting) throw full(allOpen(), size)
      return wait(purpose, signal)
    },
    takeFree,
    get open() {
      return allOpen()
    },
    get waiting() {
      return queues.relay.size + queues.sample.size
    }
  }
}

const full = (open: number, waiting: number): Failure =>
  new Failure('QUALM_ERR_QUEUE_FULL', `${open} calls to the upstream are open and ${waiting} wait. Try again later.`, {
    retryAfterSeconds: 1
  })
