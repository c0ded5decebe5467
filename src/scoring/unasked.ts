/** Models that are not asked: what needs them is missing, and says why. */
import type { Engine } from '../engine/engine.js'
import { QualmError } from '../errors.js'
import { Missing } from '../evidence/missing.js'

/** Why nobody is asked: `reason` in snake_case. */
export interface Why {
  readonly reason: string
  readonly message: string
}

/** Whether a failure is one of the moment, such as a full queue or a late model, and not of the request. */
export function isOutage(error: unknown): error is QualmError {
  return error instanceof QualmError && (error.status > 500 || error.status === 429)
}

/** A failure as the reason of what is missing: QUALM_ERR_QUEUE_FULL is `queue_full`. */
export function whyOf({ code, message }: QualmError): Why {
  return { reason: code.replace('QUALM_ERR_', '').toLowerCase(), message }
}

/** The same engine, none of whose models answers. */
export function unasked(engine: Engine, { reason, message }: Why): Engine {
  const refuse = () => Promise.reject(new Missing('failed', reason, message))
  return {
    generate: refuse,
    scoreText: refuse,
    optionProbabilities: refuse,
    entail: refuse,
    embed: refuse,
    models: () => engine.models(),
    stats: () => engine.stats(),
    ready: () => engine.ready(),
    close: () => engine.close()
  }
}
