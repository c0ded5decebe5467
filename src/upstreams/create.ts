/** The upstreams of a configuration. */
import type { Upstream } from './contract.js'
import type { UpstreamSettings, Upstreams } from './settings.js'
import { createTransport } from './transport/transport.js'
import { withHeaders } from './transport/with-headers.js'
import { createUpstream } from './upstream.js'

/** Where keys come from. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Headers of a call that is made now, such as those of its trace. */
export type CallHeaders = () => Readonly<Record<string, string>>

/** One client per upstream, by alias. No call is made before one is needed. */
export function createUpstreams(
  settings: Upstreams,
  env: Environment,
  headers: CallHeaders = () => ({})
): ReadonlyMap<string, Upstream> {
  return new Map(Object.entries(settings).map(([alias, one]) => [alias, open(alias, one, env, headers)]))
}

function open(alias: string, settings: UpstreamSettings, env: Environment, headers: CallHeaders): Upstream {
  const apiKey = settings.api_key_env === undefined ? null : env[settings.api_key_env] || null
  return createUpstream({ alias, settings, transport: withHeaders(createTransport(settings, { apiKey }), headers) })
}
