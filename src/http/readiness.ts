import { systemClock, type Clock } from '../engine/clock.js'
import type { Engine, ModelInfo } from '../engine/engine.js'
import type { Check, Readiness } from '../schemas/operations.js'
import type { Upstream } from '../upstreams/contract.js'
import { createReach, type Reach } from '../upstreams/reach.js'
import type { Drain } from './drain.js'

interface Gate {
  stats(): { readonly active: number; readonly waiting: number }
}

/** What readiness depends on. A store's problem or a full queue degrade the service: what needs neither still works. */
export interface ReadinessSources {
  readonly engine: Pick<Engine, 'models'>
  readonly upstreams: ReadonlyMap<string, Pick<Upstream, 'check'>>
  readonly drain: Drain
  readonly store: { problem(): string | null }
  readonly admission: Gate
  readonly remoteAdmission: Gate
  readonly config: { readonly queueLimit: number }
}

const STATUS = { ready: 'ok', loading: 'loading', failed: 'failed' } as const

/** An upstream that fails degrades the service: what is supplied is scored all the same. */
function checkUpstream({ id, problem }: ModelInfo, reach: Reach): Check {
  const trouble = problem ?? (reach.isPending(id) ? 'It has not answered yet.' : null)
  return { name: id, status: trouble === null ? 'ok' : 'degraded', detail: trouble ?? '' }
}

function checkModel({ id, role, state, problem }: ModelInfo): Check {
  const status = state === 'ready' && problem !== null ? 'degraded' : STATUS[state]
  return { name: role, status, detail: problem === null ? id : `${id}: ${problem}` }
}

function checkQueue(name: string, gate: Gate, queueLimit: number): Check {
  const { active, waiting } = gate.stats()
  const isFull = waiting >= Math.max(1, queueLimit)
  return { name, status: isFull ? 'degraded' : 'ok', detail: `${active} active, ${waiting} waiting` }
}

function overall(checks: readonly Check[]): Readiness['status'] {
  if (checks.some(({ status }) => status === 'failed' || status === 'loading')) return 'not_ready'
  return checks.some(({ status }) => status === 'degraded') ? 'degraded' : 'ready'
}

/**
 * Tells whether requests should be sent here. Ready or degraded mean: every model that is loaded here is warm, and nothing
 * asks us to stop. While somebody asks, upstreams are asked whether they are there.
 */
export function createReadiness(sources: ReadinessSources, clock: Clock = systemClock): () => Promise<Readiness> {
  const reach = createReach(sources.upstreams, clock)
  return async () => {
    await reach.look()
    return readinessOf(sources, reach)
  }
}

function readinessOf(sources: ReadinessSources, reach: Reach): Readiness {
  const { engine, drain, store, admission, remoteAdmission, config } = sources
  const problem = store.problem()
  const checks: Check[] = [
    ...engine.models().map((model) => (model.source === 'upstream' ? checkUpstream(model, reach) : checkModel(model))),
    { name: 'store', status: problem === null ? 'ok' : 'degraded', detail: problem ?? '' },
    checkQueue('queue', admission, config.queueLimit),
    checkQueue('upstream_queue', remoteAdmission, config.queueLimit),
    { name: 'drain', status: drain.phase === 'serving' ? 'ok' : 'failed', detail: drain.phase }
  ]
  return { status: overall(checks), checks }
}
