import { Counter, Gauge, type Registry } from 'prom-client'
import type { WatchStats } from '../watching/watch.js'

const GAUGES: readonly (readonly [string, string, (stats: WatchStats) => number])[] = [
  ['qualm_watched_policies', 'Policy versions in use since the start.', (stats) => stats.watched],
  ['qualm_broken_policies', 'Of these, with a promise that no longer holds.', (stats) => stats.broken],
  ['qualm_watch_pending', 'Decisions that wait to be written.', (stats) => stats.pending]
]

const COUNTERS: readonly (readonly [string, string, (stats: WatchStats) => number])[] = [
  ['qualm_watched_scores_total', 'Decisions that the watch took note of.', (stats) => stats.scores],
  ['qualm_feedback_total', 'Labels that were counted.', (stats) => stats.labels],
  ['qualm_watch_lost_total', 'Decisions given up because the store took none.', (stats) => stats.lost]
]

/** Registers what the watch counts. No label names a policy: callers choose those names. */
export function exposeWatch(stats: () => WatchStats, registers: Registry[]): void {
  for (const [name, help, value] of GAUGES) {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(value(stats()))
      }
    })
  }
  for (const [name, help, value] of COUNTERS) {
    new Counter({
      name,
      help,
      registers,
      collect() {
        this.reset()
        this.inc(value(stats()))
      }
    })
  }
}
