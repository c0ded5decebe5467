/** Counters of a lane, which outlive its workers. */
import type { WorkerStats } from './messages.js'

/** The counters of a worker that has not run anything. */
export const NO_STATS: WorkerStats = {
  waiting: 0,
  running: 0,
  cancelled: 0,
  runs: {},
  cacheHits: 0,
  cacheMisses: 0,
  kvBytes: 0
}

/** Totals of earlier workers plus the current one's; what is waiting or held is the current one's alone. */
export function addStats(earlier: WorkerStats, current: WorkerStats): WorkerStats {
  return {
    ...current,
    cancelled: earlier.cancelled + current.cancelled,
    runs: addRuns(earlier.runs, current.runs),
    cacheHits: earlier.cacheHits + current.cacheHits,
    cacheMisses: earlier.cacheMisses + current.cacheMisses
  }
}

function addRuns(earlier: WorkerStats['runs'], current: WorkerStats['runs']): WorkerStats['runs'] {
  const sum = { ...earlier }
  for (const [kind, run] of Object.entries(current)) {
    const before = earlier[kind] ?? { count: 0, ms: 0, items: 0, tokens: 0, paddedTokens: 0 }
    sum[kind] = {
      count: before.count + run.count,
      ms: before.ms + run.ms,
      items: before.items + run.items,
      tokens: before.tokens + run.tokens,
      paddedTokens: before.paddedTokens + run.paddedTokens
    }
  }
  return sum
}
