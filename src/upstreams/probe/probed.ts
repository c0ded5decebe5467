/** Asks an upstream what it can do, and takes a failure for an answer. */
import { QualmError } from '../../errors.js'
import type { Upstream } from '../contract.js'
import type { Probed } from './describe.js'

interface ProbeOptions {
  readonly signal: AbortSignal
  /** Ask again what was found out before. */
  readonly fresh?: boolean
}

const HINT = ' (GET /models is 404 as well: does the URL end in /v1?)'

/** A server that refuses is there; what answers 5xx may be a proxy before one that is not. */
function wasAnswered({ extra }: QualmError): boolean {
  const status = extra['upstream_status']
  return typeof status === 'number' && status < 500
}

/**
 * What `upstream` can do; coded errors of the upstream become its `problem`, without what only the log should see.
 * Rejects with the reason of the signal, and with faults of Qualm.
 */
export async function probeUpstream(upstream: Upstream, { signal, fresh = false }: ProbeOptions): Promise<Probed> {
  const { alias } = upstream
  let dialect: Probed['dialect'] = null
  try {
    dialect = await upstream.dialect(signal)
    const capabilities = await upstream.capabilities({ signal, fresh })
    return { alias, dialect, reachable: true, capabilities, problem: upstream.info().problem }
  } catch (error) {
    signal.throwIfAborted()
    if (!(error instanceof QualmError)) throw error
    const reachable = wasAnswered(error)
    const hint = reachable && (await upstream.check()) === 404 ? HINT : ''
    return { alias, dialect, reachable, capabilities: null, problem: error.message + hint }
  }
}
