import t from 'tap'
import { QualmError } from '../../src/errors.js'
import { createFakeEngine } from '../fixtures/fake-engine.js'
import { fakeUpstream, type FakeUpstreamOptions } from '../fixtures/fake-upstream.js'
import { withUpstreams } from '../../src/upstreams/engine.js'
import { build } from '../helper.js'

const ALIAS = 'org/big-model:v1'

async function serve(t: Parameters<typeof build>[0], options: FakeUpstreamOptions = {}) {
  const upstream = fakeUpstream(ALIAS, options)
  const upstreams = new Map([[ALIAS, upstream]])
  const app = await build(t, { engine: withUpstreams(createFakeEngine(), upstreams), upstreams })
  return { app, upstream }
}

t.test('an upstream is shown with what a probe found, slashes in its alias or not', async (t) => {
  const { app } = await serve(t)
  for (const url of [`/v1/models/${ALIAS}`, `/v1/models/${encodeURIComponent(ALIAS)}`]) {
    const response = await app.inject(url)
    t.equal(response.statusCode, 200)
    t.match(response.json(), { id: ALIAS, object: 'model', source: 'upstream' })
    t.same(response.json().probe, {
      dialect: 'vllm',
      logprobs: true,
      top_logprobs: 20,
      n: true,
      seed: true,
      basis: 'pre_sampling',
      forcing: true,
      probed_at: '1970-01-01T00:00:00.000Z',
      problem: null
    })
  }
})

t.test('fresh asks again', async (t) => {
  const { app, upstream } = await serve(t)
  await app.inject(`/v1/models/${ALIAS}`)
  await app.inject(`/v1/models/${ALIAS}?fresh=true`)
  t.same(upstream.probes, [false, true])
  t.equal((await app.inject(`/v1/models/${ALIAS}?fresh=maybe`)).statusCode, 400)
})

t.test('an upstream that cannot be asked is shown with its problem and no guesses', async (t) => {
  const { app } = await serve(t, { failure: new QualmError('QUALM_ERR_UPSTREAM', 'It is gone.') })
  const { probe } = (await app.inject(`/v1/models/${ALIAS}`)).json()
  t.match(probe, { logprobs: null, top_logprobs: null, n: null, probed_at: null, problem: 'It is gone.' })
})

t.test('the list shows what is known and asks nobody', async (t) => {
  const { app, upstream } = await serve(t)
  const entry = async () => {
    const { data } = (await app.inject('/v1/models')).json() as { data: { id: string; probe?: object }[] }
    return data.find(({ id }) => id === ALIAS)
  }
  t.equal((await entry())?.probe, undefined)
  t.equal(upstream.probes.length, 0)
  await app.inject(`/v1/models/${ALIAS}`)
  t.match(await entry(), { probe: { dialect: 'vllm', logprobs: true } })
})

t.test('a model here has no probe; an unknown one is told', async (t) => {
  const { app } = await serve(t)
  const own = (await app.inject('/v1/models/fake-language')).json()
  t.equal(own.id, 'fake-language')
  t.notOk('probe' in own)
  const unknown = await app.inject('/v1/models/no/body')
  t.equal(unknown.statusCode, 404)
  t.equal(unknown.json().code, 'QUALM_ERR_UNKNOWN_MODEL')
})

t.test('an upstream that fails degrades readiness under its alias and stops nothing', async (t) => {
  const { app } = await serve(t, { problem: 'connection refused' })
  const response = await app.inject('/readyz')
  t.equal(response.statusCode, 200)
  const { status, checks } = response.json() as { status: string; checks: { name: string }[] }
  t.equal(status, 'degraded')
  t.match(
    checks.find(({ name }) => name === ALIAS),
    { status: 'degraded', detail: 'connection refused' }
  )
})

t.test('calls are counted by alias and outcome', async (t) => {
  const { app } = await serve(t)
  const { body } = await app.inject('/metrics')
  t.match(body, /qualm_upstream_requests_total\{upstream="org\/big-model:v1",outcome="ok"\} 7/)
  t.match(body, /qualm_upstream_requests_total\{upstream="org\/big-model:v1",outcome="failed"\} 3/)
  t.match(body, /qualm_upstream_seconds_total\{upstream="org\/big-model:v1"\} 1.5/)
  t.match(body, /qualm_upstream_open\{upstream="org\/big-model:v1"\} 2/)
  t.match(body, /qualm_upstream_waiting\{upstream="org\/big-model:v1"\} 1/)
})
