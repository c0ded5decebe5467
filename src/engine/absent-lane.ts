/** The lane of a configured model that cannot be had: it says why, and refuses work. */
import type { QualmError } from '../errors.js'
import type { ModelInfo, Role } from './engine.js'
import type { Lane } from './lane-contract.js'
import { modelUnavailable } from './lane-errors.js'
import { NO_STATS } from './lane-stats.js'
import { NOTHING_KNOWN } from './model-facts.js'

/** `id` is the model's public name. */
export function absentLane(role: Role, id: string, reason: QualmError): Lane {
  const info: ModelInfo = { ...NOTHING_KNOWN, id, role, source: 'local', state: 'failed', problem: reason.message }
  return {
    role,
    submit: () => Promise.reject(modelUnavailable(id, reason)),
    info: () => info,
    stats: () => ({ role, restarts: 0, ...NO_STATS }),
    ready: () => Promise.resolve(),
    close: () => Promise.resolve()
  }
}
