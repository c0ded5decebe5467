/** An exchange as it goes on the wire. */
import type { Exchange } from '../contract.js'

/** `path` is absolute; header names are in lower case. */
export interface Outgoing {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array | null
}

/** `/x` continues the path of the base URL, `//x` starts at the origin. */
export function joined(base: URL, path: string): string {
  if (path.startsWith('//')) return path.slice(1)
  return base.pathname.replace(/\/+$/u, '') + path
}

/** The key comes last, so that no header of a caller takes its place. */
export function outgoing(base: URL, exchange: Exchange, apiKey: string | null): Outgoing {
  const { body, headers = {} } = exchange
  const given = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const)
  return {
    method: exchange.method ?? (body === undefined ? 'GET' : 'POST'),
    path: joined(base, exchange.path),
    headers: {
      accept: 'application/json, text/event-stream;q=0.9, */*;q=0.1',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...Object.fromEntries(given),
      'accept-encoding': 'identity',
      ...(apiKey === null ? {} : { authorization: `Bearer ${apiKey}` })
    },
    body: bytesOf(body)
  }
}

function bytesOf(body: Exchange['body']): string | Uint8Array | null {
  if (body === undefined) return null
  return typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body)
}
