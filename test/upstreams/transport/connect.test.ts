import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import t from 'tap'
import { createTransport } from '../../../src/upstreams/transport/transport.js'
import { fullBacklog } from '../../fixtures/full-backlog.js'
import { ask, failure, LIMITS } from './under-test.js'

const url = await fullBacklog(t)
const skip = url === null && 'this system takes connections beyond the backlog'

t.test(
  'a host that takes no connection is QUALM_ERR_UPSTREAM_TIMEOUT, told by the limit that ran out',
  { skip },
  async (t) => {
    const limits = { ...LIMITS, timeout_ms: 60_000, connect_timeout_ms: 300 }
    const transport = createTransport({ url: url!, limits }, { apiKey: null })
    t.teardown(() => transport.close())
    const error = await failure(ask(transport))
    t.match(error, { code: 'QUALM_ERR_UPSTREAM_TIMEOUT', status: 504, message: /took no connection within 300 ms/u })
    t.equal(transport.stats().outcomes['timeout'], 1)
    t.equal(transport.stats().open, 0)
  }
)

t.test('such a host opens the circuit, and the next call is refused at once', { skip }, async (t) => {
  const limits = { ...LIMITS, connect_timeout_ms: 100, breaker_failures: 1, breaker_ms: 60_000 }
  const transport = createTransport({ url: url!, limits }, { apiKey: null })
  t.teardown(() => transport.close())
  t.match(await failure(ask(transport)), { code: 'QUALM_ERR_UPSTREAM_TIMEOUT' })
  t.match(await failure(ask(transport)), { code: 'QUALM_ERR_UPSTREAM_DOWN', status: 503 })
})

t.test('a port where nobody listens is QUALM_ERR_UPSTREAM, without a wait for the limit', async (t) => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  const limits = { ...LIMITS, timeout_ms: 60_000, connect_timeout_ms: 60_000 }
  const transport = createTransport({ url: `http://127.0.0.1:${port}/v1`, limits }, { apiKey: null })
  t.teardown(() => transport.close())
  t.match(await failure(ask(transport)), { code: 'QUALM_ERR_UPSTREAM', message: /ECONNREFUSED/u })
})
