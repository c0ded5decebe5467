/** What /readyz says of upstreams that nobody has asked for anything. */
import t from 'tap'
import type { Readiness } from '../../src/schemas/operations.js'
import { setupSidecar } from '../fixtures/sidecar.js'
import { hang, json, status } from '../fixtures/upstream-server.js'

const found = ({ checks }: Readiness, alias: string) => checks.find(({ name }) => name === alias)

t.test('a server that is gone degrades, one that is there does not, and /readyz asks each of them once', async (t) => {
  const sidecar = await setupSidecar(t, { gone: {}, ill: {}, there: {} })
  await sidecar.server('gone').stop()
  sidecar.server('ill').use(status(503))
  sidecar.server('there').use(json({ object: 'list', data: [] }))
  for (let polls = 0; polls < 3; polls += 1) {
    const response = await sidecar.app.inject('/readyz')
    t.equal(response.statusCode, 200)
    const readiness = response.json<Readiness>()
    t.equal(readiness.status, 'degraded')
    t.match(found(readiness, 'gone'), { status: 'degraded', detail: /could not be reached/u })
    t.match(found(readiness, 'ill'), { status: 'degraded', detail: /503/u })
    t.match(found(readiness, 'there'), { status: 'ok', detail: '' })
  }
  t.match(sidecar.server('there').requests, [{ method: 'GET', path: '/v1/models' }])
  t.equal(sidecar.server('ill').requests.length, 1)
})

t.test('a server that has not answered yet is not taken for ready', async (t) => {
  const sidecar = await setupSidecar(t, { slow: {} })
  sidecar.server('slow').use(hang)
  const readiness = (await sidecar.app.inject('/readyz')).json<Readiness>()
  t.match(found(readiness, 'slow'), { status: 'degraded', detail: /not answered yet/u })
})

t.test('a model is not shown as ready beside a problem', async (t) => {
  const sidecar = await setupSidecar(t, { gone: {} })
  const state = async () => (await sidecar.app.inject('/v1/models/gone')).json<{ state: string; problem: unknown }>()
  await sidecar.server('gone').stop()
  t.match(await state(), { state: 'failed', probe: { problem: /could not be reached/u } })
})
