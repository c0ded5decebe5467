import type { Exchange, Transport } from '../contract.js'

/** The same transport; every call also carries these headers, such as those of a trace, which win. */
export function withHeaders(transport: Transport, headers: () => Readonly<Record<string, string>>): Transport {
  const extended = (exchange: Exchange): Exchange => ({ ...exchange, headers: { ...exchange.headers, ...headers() } })
  return {
    request: (exchange, options) => transport.request(extended(exchange), options),
    open: (exchange, options) => transport.open(extended(exchange), options),
    check: () => transport.check(),
    problem: () => transport.problem(),
    stats: () => transport.stats(),
    close: () => transport.close()
  }
}
