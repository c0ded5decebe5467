/** Traces pass through Qualm as they came: the caller's headers go on to the upstreams of its request. */
import { AsyncLocalStorage } from 'node:async_hooks'
import type { IncomingHttpHeaders } from 'node:http'
import type { Telemetry } from './telemetry.js'

/** W3C Trace Context: version, trace, parent, flags. */
const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/u
const TRACESTATE = /^[\x20-\x7e]{1,512}$/u

/** The trace headers that may go on; a `tracestate` means nothing alone. */
export function traceHeaders({ traceparent, tracestate }: IncomingHttpHeaders): Readonly<Record<string, string>> {
  if (typeof traceparent !== 'string' || !TRACEPARENT.test(traceparent)) return {}
  return typeof tracestate === 'string' && TRACESTATE.test(tracestate) ? { traceparent, tracestate } : { traceparent }
}

/** Telemetry that tells nothing. */
export function passTraces(): Telemetry {
  const current = new AsyncLocalStorage<Readonly<Record<string, string>>>()
  return {
    follow(app) {
      // Once the body is read: reading it leaves the context of the hooks before.
      app.addHook('preHandler', (request, _reply, done) => current.run(traceHeaders(request.headers), done))
    },
    engine: (engine) => engine,
    upstream: (_alias, transport) => transport,
    headers: () => current.getStore() ?? {},
    record: () => undefined,
    close: async () => undefined
  }
}
