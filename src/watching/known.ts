import type { WatchState } from './state.js'
import type { Watched } from './watched.js'

/** A policy under watch and what is known of it. */
export interface Known {
  readonly watched: Watched
  readonly state: WatchState
  /** How the canaries fared at their last check in this process. */
  readonly canaries: 'passed' | 'failed' | 'unchecked'
  /** When the state was last read from the store or written to it, in milliseconds since the epoch. */
  readonly readAtMs: number
}

/** Whether the promise of a policy may no longer be relied on. */
export function isBroken({ state, canaries }: Pick<Known, 'state' | 'canaries'>): boolean {
  return state.broken !== null || canaries === 'failed'
}
