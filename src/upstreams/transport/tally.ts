/** What became of the calls: totals, and the trouble of the moment. */
import { QualmError } from '../../errors.js'
import type { Outcome } from './failures.js'

export interface Tally {
  /** A call is over. `error`: what it threw. */
  count(outcome: Outcome, seconds: number, error?: unknown): void
  /** The server was asked whether it is there. `error`: what that threw. */
  checked(error?: unknown): void
  problem(): string | null
  readonly outcomes: Readonly<Record<Outcome, number>>
  readonly seconds: number
}

/** Trouble of these says nothing about the calls to come. */
const PERSONAL: readonly Outcome[] = ['cancelled', 'full', 'down']

interface Problem {
  readonly message: string
  /** The key is refused, which only another call can find otherwise. */
  readonly ofKey: boolean
}

export function createTally(): Tally {
  const outcomes = { ok: 0, refused: 0, limited: 0, failed: 0, timeout: 0, cancelled: 0, down: 0, full: 0 }
  let ofCalls: Problem | null = null
  let ofChecks: string | null = null
  let total = 0
  return {
    count(outcome, seconds, error) {
      outcomes[outcome] += 1
      total += seconds
      if (PERSONAL.includes(outcome)) return
      ofCalls = lasting(outcome, error)
      if (ofCalls === null || ofCalls.ofKey) ofChecks = null
    },
    checked(error) {
      ofChecks = error instanceof Error ? error.message : null
      if (error === undefined && ofCalls?.ofKey === false) ofCalls = null
    },
    problem: () => ofChecks ?? ofCalls?.message ?? null,
    get outcomes() {
      return { ...outcomes }
    },
    get seconds() {
      return total
    }
  }
}

/** A refusal is about one request, unless it is about the key. */
function lasting(outcome: Outcome, error: unknown): Problem | null {
  if (!(error instanceof QualmError)) return null
  const status = error.extra['upstream_status']
  const ofKey = outcome === 'refused' && (status === 401 || status === 403)
  return ofKey || outcome === 'failed' || outcome === 'timeout' ? { message: error.message, ofKey } : null
}
