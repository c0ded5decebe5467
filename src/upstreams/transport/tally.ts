/** What became of the calls: totals, and the trouble of the moment. */
import { QualmError } from '../../errors.js'
import type { Outcome } from './failures.js'

export interface Tally {
  /** A call is over. `error`: what it threw. */
  count(outcome: Outcome, seconds: number, error?: unknown): void
  problem(): string | null
  readonly outcomes: Readonly<Record<Outcome, number>>
  readonly seconds: number
}

/** Trouble of these says nothing about the calls to come. */
const PERSONAL: readonly Outcome[] = ['cancelled', 'full', 'down']

export function createTally(): Tally {
  const outcomes = { ok: 0, refused: 0, limited: 0, failed: 0, timeout: 0, cancelled: 0, down: 0, full: 0 }
  let problem: string | null = null
  let total = 0
  return {
    count(outcome, seconds, error) {
      outcomes[outcome] += 1
      total += seconds
      if (!PERSONAL.includes(outcome)) problem = lasting(outcome, error)
    },
    problem: () => problem,
    get outcomes() {
      return { ...outcomes }
    },
    get seconds() {
      return total
    }
  }
}

/** A refusal is about one request, unless it is about the key. */
function lasting(outcome: Outcome, error: unknown): string | null {
  if (!(error instanceof QualmError)) return null
  const status = error.extra['upstream_status']
  const ofKey = outcome === 'refused' && (status === 401 || status === 403)
  return ofKey || outcome === 'failed' || outcome === 'timeout' ? error.message : null
}
