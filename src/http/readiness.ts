import type { Engine, ModelInfo } from '../engine/engine.js'
import type { Check, Readiness } from '../schemas/operations.js'
import type { Drain } from './drain.js'

interface Gate {
  stats(): { readonly active: number; readonly waiting: number }
}

/** What readiness depends on. A store's problem or a full queue degrade the service: what needs neither still works. */
export interface ReadinessSources {
  readonly engine: Engine
  readonly drain: Drain
  readonly store: { problem(): string | null }
  readonly admission: Gate
  readonly remoteAdmission: Gate
  readonly config: { readonly queueLimit: number }
}

const STATUS = { ready: 'ok', loading: 'loading', failed: 'failed' } as const

/** An upstream that fails degrades the service: what is supplied is scored all the same. */
function checkModel({ id, role, source, state, problem }: ModelInfo): Check {
  if (source === 'upstream') return { name: id, status: problem === null ? 'ok' : 'degraded', detail: problem ?? '' }
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

/** Ready or degraded mean: every model that is loaded here is warm, and nothing asks us to stop. */
export function readinessOf(sources: ReadinessSources): Readiness {
  const { engine, drain, store, admission, remoteAdmission, config } = sources
  const problem = store.problem()
  const checks: Check[] = [
    ...engine.models().map(checkModel),
    { name: 'store', status: problem === null ? 'ok' : 'degraded', detail: problem ?? '' },
    checkQueue('queue', admission, config.queueLimit),
    checkQueue('upstream_queue', remoteAdmission, config.queueLimit),
    { name: 'drain', status: drain.phase === 'serving' ? 'ok' : 'failed', detail: drain.phase }
  ]
  return { status: overall(checks), checks }
}
