import type { Engine, ModelInfo } from '../engine/engine.js'
import type { Check, Readiness } from '../schemas/operations.js'
import type { Drain } from './drain.js'

/** What readiness depends on. A store's problem or a full queue degrade the service: what needs neither still works. */
export interface ReadinessSources {
  readonly engine: Engine
  readonly drain: Drain
  readonly store: { problem(): string | null }
  readonly admission: { stats(): { readonly active: number; readonly waiting: number } }
  readonly config: { readonly queueLimit: number }
}

const STATUS = { ready: 'ok', loading: 'loading', failed: 'failed' } as const

/** An upstream that fails degrades the service: what is supplied is scored all the same. */
function checkModel({ id, role, source, state, problem }: ModelInfo): Check {
  if (source === 'upstream') return { name: id, status: problem === null ? 'ok' : 'degraded', detail: problem ?? '' }
  const status = state === 'ready' && problem !== null ? 'degraded' : STATUS[state]
  return { name: role, status, detail: problem === null ? id : `${id}: ${problem}` }
}

function overall(checks: readonly Check[]): Readiness['status'] {
  if (checks.some(({ status }) => status === 'failed' || status === 'loading')) return 'not_ready'
  return checks.some(({ status }) => status === 'degraded') ? 'degraded' : 'ready'
}

/** Ready or degraded mean: every model that is loaded here is warm, and nothing asks us to stop. */
export function readinessOf({ engine, drain, store, admission, config }: ReadinessSources): Readiness {
  const problem = store.problem()
  const { active, waiting } = admission.stats()
  const isFull = waiting >= Math.max(1, config.queueLimit)
  const checks: Check[] = [
    ...engine.models().map(checkModel),
    { name: 'store', status: problem === null ? 'ok' : 'degraded', detail: problem ?? '' },
    { name: 'queue', status: isFull ? 'degraded' : 'ok', detail: `${active} active, ${waiting} waiting` },
    { name: 'drain', status: drain.phase === 'serving' ? 'ok' : 'failed', detail: drain.phase }
  ]
  return { status: overall(checks), checks }
}
