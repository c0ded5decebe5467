/** A closed loop of requests: every connection sends its next one when it has its answer. */
import autocannon from 'autocannon'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'

export interface Load {
  readonly url: string
  readonly body: string
  readonly connections: number
  /** Before the window: what an earlier load left in flight ends, and the queues fill. */
  readonly settleMs: number
  readonly windowMs: number
}

export interface Window {
  readonly elapsedMs: number
  /** Duration of every request that ended in the window, ascending. */
  readonly latenciesMs: readonly number[]
}

/**
 * Counts the answers that arrive within a window of steady load; what is in flight at its two ends cancels out. `around`
 * is called at both ends. Throws when a request failed: no failure counts as fast.
 */
export async function steadyLoad(load: Load, around: () => void): Promise<Window> {
  const { url, body, connections, settleMs, windowMs } = load
  const options = {
    url,
    body,
    connections,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    duration: 2 * Math.ceil((settleMs + windowMs) / 1000)
  } as const
  const instance = autocannon(options, () => undefined)
  const done = once(instance, 'done')
  const latenciesMs: number[] = []
  await sleep(settleMs)
  around()
  const start = performance.now()
  const note = (_client: unknown, _status: number, _bytes: number, ms: number): unknown => latenciesMs.push(ms)
  instance.on('response', note)
  await sleep(windowMs)
  const counted = latenciesMs.toSorted((a, b) => a - b)
  const elapsedMs = performance.now() - start
  around()
  instance.stop()
  const [{ errors, timeouts, statusCodeStats = {} }] = (await done) as [autocannon.Result]
  const refused = Object.keys(statusCodeStats).filter((status) => status !== '200')
  if (refused.length + errors + timeouts > 0) {
    throw new Error(`${String(errors)} errors, ${String(timeouts)} time-outs; statuses ${refused.join(', ') || 'good'}`)
  }
  return { elapsedMs, latenciesMs: counted }
}

/** The value that the share `at` of the sorted values does not exceed. */
export function quantile(sorted: readonly number[], at: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(at * sorted.length))] ?? Number.NaN
}
