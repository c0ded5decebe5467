import { Counter, Gauge, type Registry } from 'prom-client'
import type { Admission, AdmissionStats } from '../engine/admission.js'
import type { Engine, LaneStats } from '../engine/engine.js'

type LaneValue = (lane: LaneStats) => number
type RunValue = (run: LaneStats['runs'][string]) => number

const GAUGES: readonly (readonly [string, string, LaneValue])[] = [
  ['qualm_lane_waiting', 'Rows or texts that wait for a batch.', (lane) => lane.waiting],
  ['qualm_lane_running', 'Rows or texts that are being computed.', (lane) => lane.running],
  ['qualm_lane_kv_bytes', 'Memory of kept keys and values.', (lane) => lane.kvBytes]
]

const COUNTERS: readonly (readonly [string, string, LaneValue])[] = [
  ['qualm_lane_restarts_total', 'Workers replaced after a crash.', (lane) => lane.restarts],
  ['qualm_lane_cancelled_total', 'Jobs dropped because nobody waited any more.', (lane) => lane.cancelled],
  ['qualm_lane_cache_hits_total', 'Prompts or texts found in the cache.', (lane) => lane.cacheHits],
  ['qualm_lane_cache_misses_total', 'Prompts or texts that had to be computed.', (lane) => lane.cacheMisses]
]

/** Items per run is the mean batch size; padded tokens over tokens is the price of padding. */
const RUN_COUNTERS: readonly (readonly [string, string, RunValue])[] = [
  ['qualm_lane_runs_total', 'Runs of a model by kind.', (run) => run.count],
  ['qualm_lane_run_seconds_total', 'Time spent in runs.', (run) => run.ms / 1000],
  ['qualm_lane_run_items_total', 'Rows or texts in all runs; per run: the batch size.', (run) => run.items],
  ['qualm_lane_run_tokens_total', 'Tokens computed.', (run) => run.tokens],
  ['qualm_lane_run_padded_tokens_total', 'Tokens computed, padding included.', (run) => run.paddedTokens]
]

function exposeModels(engine: Engine, registers: Registry[]): void {
  new Gauge({
    name: 'qualm_model_info',
    help: '1 per configured model.',
    labelNames: ['alias', 'role', 'source', 'state', 'digest'],
    registers,
    collect() {
      this.reset()
      for (const { id, role, source, state, digest } of engine.models()) {
        this.set({ alias: id, role, source, state, digest: digest ?? '' }, 1)
      }
    }
  })
}

/** Registers gauges and counters that read `engine.stats()` whenever they are scraped. */
export function exposeEngine(engine: Engine, registers: Registry[]): void {
  exposeModels(engine, registers)
  for (const [name, help, value] of GAUGES) {
    new Gauge({
      name,
      help,
      labelNames: ['role'],
      registers,
      collect() {
        for (const lane of engine.stats()) this.set({ role: lane.role }, value(lane))
      }
    })
  }
  for (const [name, help, value] of COUNTERS) {
    new Counter({
      name,
      help,
      labelNames: ['role'],
      registers,
      collect() {
        this.reset()
        for (const lane of engine.stats()) this.inc({ role: lane.role }, value(lane))
      }
    })
  }
  for (const [name, help, value] of RUN_COUNTERS) {
    new Counter({
      name,
      help,
      labelNames: ['role', 'kind'],
      registers,
      collect() {
        this.reset()
        for (const { role, runs } of engine.stats()) {
          for (const [kind, run] of Object.entries(runs)) this.inc({ role, kind }, value(run))
        }
      }
    })
  }
}

/** The gates before the models, and before upstreams. */
export interface Gates {
  readonly admission: Pick<Admission, 'stats'>
  readonly remoteAdmission: Pick<Admission, 'stats'>
}

/** Values of the label `queue`. */
export const QUEUES = { local: 'models', remote: 'upstreams' } as const

/** Registers how many requests run and wait at each gate. */
export function exposeQueues({ admission, remoteAdmission }: Gates, registers: Registry[]): void {
  const expose = (name: string, help: string, value: (stats: AdmissionStats) => number) =>
    new Gauge({
      name,
      help,
      labelNames: ['queue'],
      registers,
      collect() {
        this.set({ queue: QUEUES.local }, value(admission.stats()))
        this.set({ queue: QUEUES.remote }, value(remoteAdmission.stats()))
      }
    })
  expose('qualm_queue_depth', 'Requests that wait for their turn.', ({ waiting }) => waiting)
  expose('qualm_requests_active', 'Requests that use models, or wait for upstreams.', ({ active }) => active)
}
