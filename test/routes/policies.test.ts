import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { createPolicies } from '../../src/policies/policies.js'
import { openStore } from '../../src/store/store.js'
import { build } from '../helper.js'
import { scorer } from '../policies/scorers.js'

async function app(t: Test, dir = t.testdir()) {
  const store = await openStore(dir)
  t.teardown(() => store.close())
  const scorers = new Map([['spread', scorer()]])
  const policies = createPolicies({
    store,
    scorers,
    calibrations: { lookup: async (name) => Promise.reject(new Error(name)) },
    models: () => [],
    now: Date.now,
    scoreExample: async ({ seed }) => ({ uncertainty: Number(seed) })
  })
  return build(t, { store, scorers, policies })
}

const examples = Array.from({ length: 100 }, (_, score) => ({ score, correct: score < 70 }))
const body = (changes: object = {}) => ({
  name: 'support-bot',
  scorer: 'spread',
  examples,
  objective: { kind: 'selective_error', target: 0.1, level: 0.9 },
  ...changes
})

t.test('a policy is made, shown by name and by version, listed and deleted', async (t) => {
  const server = await app(t)
  const made = await server.inject({ method: 'POST', url: '/v1/policies', payload: body() })
  t.equal(made.statusCode, 201)
  t.equal(made.headers.location, '/v1/policies/support-bot@1')
  t.match(made.json(), {
    object: 'policy',
    name: 'support-bot',
    version: 1,
    guarantee: { kind: 'selective_error', n: 100, valid: true },
    report: { n: 100, right: 70, auroc: 1 },
    binding: 'unknown',
    warnings: [{ code: 'binding_unknown' }]
  })
  for (const reference of ['support-bot', 'support-bot@1', 'support-bot%401']) {
    const shown = await server.inject(`/v1/policies/${reference}`)
    t.equal(shown.statusCode, 200)
    t.strictSame(shown.json(), made.json())
  }
  t.strictSame((await server.inject('/v1/policies')).json(), { object: 'list', data: [made.json()] })
  const deleted = await server.inject({ method: 'DELETE', url: '/v1/policies/support-bot' })
  t.equal(deleted.statusCode, 204)
  t.equal(deleted.body, '')
  const gone = await server.inject('/v1/policies/support-bot')
  t.match(gone.json(), { status: 404, code: 'QUALM_ERR_UNKNOWN_POLICY' })
})

t.test('the answer keeps null where a metric is undefined or the promise has no level', async (t) => {
  const server = await app(t)
  const payload = body({ examples: examples.slice(0, 30), objective: { kind: 'coverage', target: 0.1 } })
  const made = (await server.inject({ method: 'POST', url: '/v1/policies', payload })).json<Record<string, object>>()
  t.match(made, {
    guarantee: { level: null, method: 'split_conformal' },
    report: { auroc: null, p_value: null },
    model: null
  })
})

t.test('requests among the examples bind the policy', async (t) => {
  const server = await app(t)
  const requests = examples.map(({ score, correct }) => ({ request: { prompt: 'Why?', seed: score }, correct }))
  const made = await server.inject({ method: 'POST', url: '/v1/policies', payload: body({ examples: requests }) })
  t.match(made.json(), { binding: { scorer: 'spread', models: [] }, warnings: [] })
})

t.test('too few examples are refused with the number needed', async (t) => {
  const server = await app(t)
  const payload = body({ examples: examples.slice(0, 5) })
  const refused = await server.inject({ method: 'POST', url: '/v1/policies', payload })
  t.equal(refused.statusCode, 422)
  t.match(refused.headers['content-type'], /^application\/problem\+json/)
  t.match(refused.json(), { code: 'QUALM_ERR_TOO_FEW_EXAMPLES', needed: 22, have: 5 })
})

t.test('a target out of reach is refused with the smallest attainable one, which then works', async (t) => {
  const server = await app(t)
  const mixed = examples.map(({ score }) => ({ score, correct: score % 3 !== 0 }))
  const ask = (target: number) => body({ examples: mixed, objective: { kind: 'selective_error', target } })
  const post = (target: number) => server.inject({ method: 'POST', url: '/v1/policies', payload: ask(target) })
  const refused = (await post(0.05)).json<{ code: string; smallest_attainable_target: number }>()
  t.equal(refused.code, 'QUALM_ERR_NO_VALID_THRESHOLD')
  t.equal((await post(refused.smallest_attainable_target)).statusCode, 201)
})

t.test('bodies that do not fit are refused at the field', async (t) => {
  const server = await app(t)
  const bad = [
    [body({ nmae: 'x' }), '/nmae'],
    [body({ name: 'a/b' }), '/name'],
    [body({ name: '..' }), '/name'],
    [body({ name: 'a@1' }), '/name'],
    [body({ name: 'x'.repeat(65) }), '/name'],
    [body({ examples: [] }), '/examples'],
    [body({ examples: [{ score: null, correct: true }] }), '/examples/0/score'],
    [body({ examples: [{ score: '0.5', correct: true }] }), '/examples/0/score'],
    [body({ examples: [{ score: 1, correct: 1.5 }] }), '/examples/0/correct'],
    [body({ examples: [{ score: 1, correct: 'true' }] }), '/examples/0/correct'],
    [body({ examples: [{ correct: true }] }), '/examples/0'],
    [body({ objective: { kind: 'accuracy', target: 0.1 } }), '/objective/kind'],
    [body({ objective: { kind: 'coverage', target: 0 } }), '/objective/target'],
    [body({ objective: { kind: 'coverage', target: 1 } }), '/objective/target'],
    [body({ actions: { above: 'accept' } }), '/actions/above']
  ] as const
  for (const [payload, pointer] of bad) {
    const refused = await server.inject({ method: 'POST', url: '/v1/policies', payload })
    t.equal(refused.statusCode, 400, pointer)
    t.match(refused.json(), { code: 'QUALM_ERR_VALIDATION', errors: [{ pointer }] }, pointer)
  }
})

t.test('an unknown policy and an ill-formed reference are told apart from a fault', async (t) => {
  const server = await app(t)
  t.equal((await server.inject('/v1/policies/none')).statusCode, 404)
  t.equal((await server.inject('/v1/policies/none@1')).statusCode, 404)
  t.equal((await server.inject({ method: 'DELETE', url: '/v1/policies/none' })).statusCode, 404)
  t.equal((await server.inject('/v1/policies/a%2f..%2fb')).statusCode, 400)
})

t.test('a store that cannot be opened is a 503 that says what to do', async (t) => {
  const dir = t.testdir()
  await mkdir(join(dir, 'qualm.db'))
  const server = await app(t, dir)
  const post = { method: 'POST', url: '/v1/policies', payload: body() } as const
  for (const request of [post, '/v1/policies', '/v1/policies/support-bot'] as const) {
    const refused = await server.inject(request)
    t.equal(refused.statusCode, 503)
    t.match(refused.json(), { code: 'QUALM_ERR_STORE', detail: /data folder/ })
    t.notOk(refused.body.includes(dir))
  }
})
