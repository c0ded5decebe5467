import t from 'tap'
import { createAdmission } from '../../src/engine/admission.js'
import { withUpstreams } from '../../src/upstreams/engine.js'
import { createFakeEngine, fakeModel } from '../fixtures/fake-engine.js'
import { createFakeScoring, fakeResult } from '../fixtures/fake-scoring.js'
import { fakeUpstream } from '../fixtures/fake-upstream.js'
import { NO_STORE } from '../fixtures/no-store.js'
import { build } from '../helper.js'

t.test('the root leads to the page of the contract', async (t) => {
  const app = await build(t)
  const response = await app.inject('/')
  t.equal(response.statusCode, 302)
  t.equal(response.headers.location, '/docs')
})

t.test('the process lives', async (t) => {
  const app = await build(t)
  const response = await app.inject('/livez')
  t.equal(response.statusCode, 200)
  t.same(response.json(), { status: 'ok' })
})

t.test('with every model ready the service is ready and tells each check', async (t) => {
  const app = await build(t)
  const response = await app.inject('/readyz')
  t.equal(response.statusCode, 200)
  t.match(response.json(), { status: 'ready', checks: [{ name: 'language', status: 'ok', detail: 'fake-language' }] })
})

for (const [state, status] of [
  ['loading', 'loading'],
  ['failed', 'failed']
] as const) {
  t.test(`a model that is ${state} makes the service not ready and is named`, async (t) => {
    const models = [fakeModel('language', { state, problem: 'no such folder' }), fakeModel('entailment')]
    const app = await build(t, { engine: createFakeEngine({ models }) })
    const response = await app.inject('/readyz')
    t.equal(response.statusCode, 503)
    t.equal(response.headers['retry-after'], '1')
    t.match(response.json(), {
      code: 'QUALM_ERR_NOT_READY',
      detail: /language/,
      checks: [
        { name: 'language', status, detail: /no such folder/ },
        { name: 'entailment', status: 'ok' }
      ]
    })
    t.equal((await app.inject('/livez')).statusCode, 200)
  })
}

t.test('a model that serves with limits, or a broken store, degrades but does not stop the service', async (t) => {
  const models = [fakeModel('language', { problem: 'does not batch' })]
  const store = { ...NO_STORE, problem: () => 'the file is read-only' }
  const app = await build(t, { engine: createFakeEngine({ models }), store })
  const response = await app.inject('/readyz')
  t.equal(response.statusCode, 200)
  t.equal(response.json().status, 'degraded')
  t.match(response.json().checks, [{ status: 'degraded' }, { name: 'store', status: 'degraded', detail: /read-only/ }])
})

t.test('each gate is seen apart: its queue in the metrics, a full one in readiness', async (t) => {
  const { signal } = new AbortController()
  const remoteAdmission = createAdmission({ maxActive: 1, queueLimit: 2 })
  const queued = Array.from({ length: 3 }, () => remoteAdmission.acquire({ signal, costMs: 1, deadlineMs: null }))
  const app = await build(t, { remoteAdmission, config: { queueLimit: 2 } })
  const { body } = await app.inject('/metrics')
  t.match(body, /^qualm_queue_depth\{queue="models"\} 0$/mu)
  t.match(body, /^qualm_queue_depth\{queue="upstreams"\} 2$/mu)
  t.match(body, /^qualm_requests_active\{queue="upstreams"\} 1$/mu)
  const { status, checks } = (await app.inject('/readyz')).json() as { status: string; checks: { name: string }[] }
  t.equal(status, 'degraded')
  t.match(
    checks.filter(({ name }) => name.endsWith('queue')),
    [
      { name: 'queue', status: 'ok' },
      { name: 'upstream_queue', status: 'degraded', detail: '1 active, 2 waiting' }
    ]
  )
  for (const admitted of queued) (await admitted)()
  t.match((await app.inject('/metrics')).body, /^qualm_queue_depth\{queue="upstreams"\} 0$/mu)
})

t.test('waits are told by the gate that a request passed', async (t) => {
  const upstreams = new Map([['big', fakeUpstream('big')]])
  const app = await build(t, { engine: withUpstreams(createFakeEngine(), upstreams), upstreams })
  const payload = { prompt: 'q', scorers: ['g_nll'] }
  for (const model of ['fake-language', 'big', 'big']) {
    t.equal((await app.inject({ method: 'POST', url: '/v1/score', payload: { ...payload, model } })).statusCode, 200)
  }
  const { body } = await app.inject('/metrics')
  t.match(body, /^qualm_queue_wait_seconds_count\{queue="models"\} 1$/mu)
  t.match(body, /^qualm_queue_wait_seconds_count\{queue="upstreams"\} 2$/mu)
})

t.test('the version is that of package.json', async (t) => {
  const app = await build(t)
  t.match((await app.inject('/version')).json(), { name: 'qualm', version: /^\d+\.\d+\.\d+/ })
})

t.test('metrics count requests by route pattern, scores by method, decisions by action, and errors', async (t) => {
  const result = fakeResult({ decision: { action: 'review', policy: 'private-name@1', score: null } })
  const app = await build(t, { scoring: createFakeScoring(() => result) })
  await app.inject({ method: 'POST', url: '/v1/score', payload: { prompt: 'q' } })
  await app.inject({ method: 'POST', url: '/v1/score', payload: { promt: 'q' } })
  await app.inject('/v1/scorers/nobody')
  const { body, headers } = await app.inject('/metrics')
  t.match(headers['content-type'], /^text\/plain/)
  t.match(body, /request_duration_seconds_count\{method="POST",route="\/v1\/score",status="200"\} 1/)
  t.match(body, /request_duration_seconds_count\{method="GET",route="\/v1\/scorers\/:name",status="404"\} 1/)
  t.match(body, /qualm_scores_total\{method="g_nll",status="ok"\} 1/)
  t.match(body, /qualm_decisions_total\{action="review"\} 1/)
  t.match(body, /qualm_errors_total\{code="QUALM_ERR_VALIDATION"\} 1/)
  t.match(body, /qualm_entailment_pairs_total 3/)
  t.notMatch(body, /private-name|scorers\/nobody/)
})

t.test("metrics show the engine's counters as they are when scraped", async (t) => {
  const engine = createFakeEngine()
  const app = await build(t, { engine })
  const before = (await app.inject('/metrics')).body
  await app.inject({ method: 'POST', url: '/v1/score', payload: { prompt: 'q', scorers: ['g_nll'] } })
  const { body } = await app.inject('/metrics')
  t.match(before, /qualm_lane_runs_total\{role="language",kind="fake"\} 0/)
  t.match(body, /qualm_lane_runs_total\{role="language",kind="fake"\} 1/)
  t.match(body, /qualm_lane_run_tokens_total\{role="language",kind="fake"\} 20/)
  t.match(body, /qualm_model_info\{alias="fake-language",role="language",source="local",state="ready",digest="d+"\} 1/)
})

t.test('two apps in one process keep their own metrics', async (t) => {
  const [one, other] = await Promise.all([build(t), build(t)])
  await one.inject('/v1/models')
  t.match((await one.inject('/metrics')).body, /route="\/v1\/models"/)
  t.notMatch((await other.inject('/metrics')).body, /route="\/v1\/models"/)
})

t.test('the contract and the page that shows it are served', async (t) => {
  const app = await build(t)
  t.equal((await app.inject('/openapi.json')).json().openapi, '3.1.0')
  const page = await app.inject('/docs')
  t.equal(page.statusCode, 200)
  t.match(page.body, /swagger-ui/)
  t.match(page.headers['content-security-policy'], /script-src 'self'/)
  t.notMatch(page.headers['content-security-policy'], /default-src 'none'|upgrade-insecure-requests/)
  t.equal((await app.inject('/docs/static/swagger-ui.css')).statusCode, 200)
})
