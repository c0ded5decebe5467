/** The upstreams of a configuration. */
import type { Transport, Upstream } from './contract.js'
import { named } from './named.js'
import type { UpstreamSettings, Upstreams } from './settings.js'
import { createTransport } from './transport/transport.js'
import { withHeaders } from './transport/with-headers.js'
import { createUpstream } from './upstream.js'

/** Where keys come from. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Variables that `api_key_env` names and that are not set, by alias. */
export function unsetKeys(settings: Upstreams, env: Environment): ReadonlyMap<string, string> {
  const named = Object.entries(settings).map(([alias, { api_key_env: name }]) => [alias, name] as const)
  return new Map(named.filter((pair): pair is readonly [string, string] => isUnset(pair[1], env)))
}

const isUnset = (name: string | undefined, env: Environment): boolean =>
  name !== undefined && (env[name] ?? '').trim() === ''

/** What is beside the calls. */
export interface Beside {
  /** Headers of a call that is made now, such as those of its trace. */
  readonly headers?: () => Readonly<Record<string, string>>
  /** The same transport, told of. */
  readonly watched?: (alias: string, transport: Transport) => Transport
  /** Told when an upstream is asked no more for a while, and when it answers again. */
  readonly onCircuit?: (alias: string, state: 'opened' | 'closed') => void
}

/** One client per upstream, by alias. No call is made before one is needed. */
export function createUpstreams(
  settings: Upstreams,
  env: Environment,
  beside: Beside = {}
): ReadonlyMap<string, Upstream> {
  return new Map(Object.entries(settings).map(([alias, one]) => [alias, open(alias, one, env, beside)]))
}

function open(alias: string, settings: UpstreamSettings, env: Environment, beside: Beside): Upstream {
  const { headers = () => ({}), watched = (_, transport) => transport, onCircuit = () => undefined } = beside
  const apiKey = settings.api_key_env === undefined ? null : env[settings.api_key_env] || null
  const bare = createTransport(settings, { apiKey, onCircuit: (state) => onCircuit(alias, state) })
  return named(createUpstream({ alias, settings, transport: watched(alias, withHeaders(bare, headers)) }))
}
