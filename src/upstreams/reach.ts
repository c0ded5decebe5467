/** Whether upstreams answer, as long as somebody wants to know. */
import type { Clock } from '../engine/clock.js'
import type { Upstream } from './contract.js'

/** Nobody is asked again sooner. */
const ASK_EVERY_MS = 10_000
/** Longest wait for the first answers. */
const PATIENCE_MS = 1_000

export interface Reach {
  /**
   * Has every upstream asked in the background, unless that was less than 10 s ago or goes on. Until each has been found
   * there or not for the first time, it waits for that, up to 1 s after they were asked. Never rejects.
   */
  look(): Promise<void>
  /** Asked for the first time, and not known yet to be there or not. */
  isPending(alias: string): boolean
}

/** Asks nobody before the first look. */
export function createReach(upstreams: ReadonlyMap<string, Pick<Upstream, 'check'>>, clock: Clock): Reach {
  const unknown = new Set(upstreams.keys())
  let askedAt = -Infinity
  let asking: Promise<unknown> | null = null
  let patience: Promise<void> | null = null
  const ask = async ([alias, upstream]: readonly [string, Pick<Upstream, 'check'>]): Promise<void> => {
    await upstream.check()
    unknown.delete(alias)
  }
  const begin = (): void => {
    askedAt = clock.now()
    asking = Promise.all([...upstreams].map(ask)).finally(() => {
      asking = null
    })
    patience ??= new Promise((resolve) => void clock.after(PATIENCE_MS, resolve))
  }
  return {
    async look() {
      if (upstreams.size === 0) return
      if (asking === null && clock.now() - askedAt >= ASK_EVERY_MS) begin()
      if (unknown.size > 0) await Promise.race([asking, patience])
    },
    isPending: (alias) => askedAt > -Infinity && unknown.has(alias)
  }
}
