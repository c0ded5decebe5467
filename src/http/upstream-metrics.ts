import { Counter, Gauge, type Registry } from 'prom-client'
import type { TransportStats, Upstream } from '../upstreams/contract.js'

type Upstreams = ReadonlyMap<string, Pick<Upstream, 'stats'>>

const GAUGES: readonly (readonly [string, string, (stats: TransportStats) => number])[] = [
  ['qualm_upstream_open', 'Calls that are open.', (stats) => stats.open],
  ['qualm_upstream_waiting', 'Calls that wait for a place.', (stats) => stats.waiting]
]

function exposeGauges(upstreams: Upstreams, registers: Registry[]): void {
  for (const [name, help, value] of GAUGES) {
    new Gauge({
      name,
      help,
      labelNames: ['upstream'],
      registers,
      collect() {
        for (const [upstream, client] of upstreams) this.set({ upstream }, value(client.stats()))
      }
    })
  }
}

/** Registers what transports count, by alias: neither URLs nor keys are labels. Read when they are scraped. */
export function exposeUpstreams(upstreams: Upstreams, registers: Registry[]): void {
  exposeGauges(upstreams, registers)
  new Counter({
    name: 'qualm_upstream_requests_total',
    help: 'Calls by outcome.',
    labelNames: ['upstream', 'outcome'],
    registers,
    collect() {
      this.reset()
      for (const [upstream, client] of upstreams) {
        for (const [outcome, count] of Object.entries(client.stats().outcomes)) this.inc({ upstream, outcome }, count)
      }
    }
  })
  new Counter({
    name: 'qualm_upstream_seconds_total',
    help: 'Time spent in calls; over the number of calls: the mean.',
    labelNames: ['upstream'],
    registers,
    collect() {
      this.reset()
      for (const [upstream, client] of upstreams) this.inc({ upstream }, client.stats().seconds)
    }
  })
}
