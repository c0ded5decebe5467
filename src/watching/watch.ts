/**
 * The watch over policies: takes note of every score that a policy decides on and of labels that come late, and says
 * when a promise no longer holds. It never changes a policy.
 */
import type { StoredPolicy } from '../policies/policy.js'
import type { Store } from '../store/store.js'
import type { LabelOutcome, PolicyVersion } from '../store/watch-rows.js'
import type { Known } from './known.js'
import { PolicyWatch } from './policy-watch.js'

export interface WatchDependencies {
  readonly store: Pick<Store, 'watch'>
  /** A policy version by `name@version`. Throws QUALM_ERR_UNKNOWN_POLICY. */
  readonly lookup: (reference: string) => Promise<StoredPolicy>
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** How long scores wait to be written together; 0 writes only on `flush`. */
  readonly flushMs: number
}

/** Counts since the start, for /metrics. */
export interface WatchStats {
  /** Policy versions in use. */
  readonly watched: number
  readonly broken: number
  readonly scores: number
  readonly labels: number
  /** Scores given up because the store did not take them. */
  readonly lost: number
  readonly pending: number
}

/** The part of an answer that the watch reads. Numbers are on the scorer's own scale. */
export interface Decided {
  readonly id: string
  readonly decision?: {
    readonly policy: string
    readonly action: string
    readonly score: number | null
    readonly threshold?: number | null
    /** In place of `threshold`, with two. */
    readonly thresholds?: { readonly accept: number | null }
  }
}

/** What became of a label of a known score. */
export type KeptLabel = Exclude<LabelOutcome, 'unknown'>

export interface Watch {
  /** The policy as it may decide now: without a valid guarantee once its promise is broken. Throws QUALM_ERR_STORE. */
  applied(policy: StoredPolicy): Promise<StoredPolicy>
  /** Takes note of a decision. Returns at once and never fails. */
  observe(result: Decided): void
  /** Keeps a label. Once it returns, the label is not lost. Throws QUALM_ERR_UNKNOWN_SCORE and QUALM_ERR_STORE. */
  label(scoreId: string, correct: boolean | number): Promise<KeptLabel>
  /** Whether a promise is known to be broken. Throws QUALM_ERR_STORE. */
  isBroken(policy: PolicyVersion): Promise<boolean>
  /** What is known of a policy. Throws QUALM_ERR_STORE. */
  state(policy: StoredPolicy): Promise<Known>
  /** Takes note of how the canaries of `name@version` fared: while they fail, its guarantee is not valid. */
  gate(policy: string, passed: boolean): void
  /** Drops what is kept of one version of a policy, or of all. */
  forget(name: string, version: number | null): Promise<void>
  /** Writes what waits. A store that fails keeps it waiting; this does not throw. */
  flush(): Promise<void>
  stats(): WatchStats
  close(): Promise<void>
}

/** Builds the watch on a store. */
export function createWatch(dependencies: WatchDependencies): Watch {
  return new PolicyWatch(dependencies)
}
