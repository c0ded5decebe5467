import { setImmediate } from 'node:timers/promises'
import type { Test } from 'tap'
import { QualmError } from '../../../src/errors.js'
import type { Exchange, Transport } from '../../../src/upstreams/contract.js'
import type { UpstreamSettings } from '../../../src/upstreams/settings.js'
import { createTransport, type TransportOptions } from '../../../src/upstreams/transport/transport.js'
import { startUpstream, type Script } from '../../fixtures/upstream-server.js'

export const ASK: Exchange = { method: 'POST', path: '/chat/completions', body: { model: 'm' } }
export const KEY = 'sk-very-secret-key'

/** Short limits: nothing here is worth waiting for. */
export const LIMITS = { timeout_ms: 5000, idle_timeout_ms: 5000, retries: 0, breaker_failures: 100 } as const

/** A transport to a server that answers as the script says; both end with the test. */
export async function transportTo(
  t: Test,
  script: Script,
  limits: UpstreamSettings['limits'] = {},
  options: Partial<TransportOptions> = {}
) {
  const server = await startUpstream(t, script)
  const settings = { url: server.url, limits: { ...LIMITS, ...limits } }
  const transport = createTransport(settings, { apiKey: KEY, ...options })
  t.teardown(() => transport.close())
  return { server, transport }
}

export const never = (): AbortSignal => new AbortController().signal

export const ask = (transport: Transport, signal = never()) => transport.request(ASK, { signal })

/** The error that a call fails with. */
export async function failure(call: Promise<unknown>): Promise<QualmError> {
  try {
    await call
  } catch (error) {
    if (error instanceof QualmError) return error
    throw error
  }
  throw new Error('The call did not fail')
}

/** The text of a body, when the transport has taken note of its end. */
export async function text(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(chunk)
  await setImmediate()
  return Buffer.concat(chunks).toString('utf8')
}
