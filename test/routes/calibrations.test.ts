import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { openStore } from '../../src/store/store.js'
import { build } from '../helper.js'

const NDJSON = { 'content-type': 'application/x-ndjson' }

async function app(t: Test, dir = t.testdir()) {
  const store = await openStore(dir)
  t.teardown(() => store.close())
  return build(t, { store })
}

/** Likelihoods in nats of 80 answers; the likelier are mostly right. */
const examples = Array.from({ length: 80 }, (_, i) => ({ score: i / 10, correct: (i * 31) % 80 > i }))
const body = (changes: object = {}) => ({
  name: 'support-bot',
  scorer: 'g_nll',
  method: 'isotonic',
  examples,
  ...changes
})
const post = (payload: object) => ({ method: 'POST', url: '/v1/calibrations', payload }) as const
const answer = (logprob: number) => ({ text: 'x', logprobs: { content: [{ token: 'x', logprob }] } })
const asked = (logprob: number, changes: object = {}) => ({
  method: 'POST' as const,
  url: '/v1/score',
  payload: { answer: answer(logprob), scorers: ['g_nll'], fill: 'never', calibration: 'bot', ...changes }
})

/** One app for tests that do not look at what else is stored; it knows the calibration `bot`. */
const shared = await app(t)
await shared.inject(post(body({ name: 'bot' })))

t.test('a calibration is made, shown by name and by version, reported, listed and deleted', async (t) => {
  const server = await app(t)
  const made = await server.inject(post(body()))
  t.equal(made.statusCode, 201)
  t.equal(made.headers.location, '/v1/calibrations/support-bot@1')
  t.match(made.json(), { object: 'calibration', name: 'support-bot', version: 1, method: 'isotonic', n: 80 })
  for (const reference of ['support-bot', 'support-bot@1']) {
    t.strictSame((await server.inject(`/v1/calibrations/${reference}`)).json(), made.json())
  }
  const report = (await server.inject('/v1/calibrations/support-bot@1/report')).json<Record<string, unknown>>()
  t.match(report, { calibration: 'support-bot@1', n: 80, intervals: { auroc: [Number, Number] } })
  t.strictSame((await server.inject('/v1/calibrations')).json(), { object: 'list', data: [made.json()] })
  t.equal((await server.inject({ method: 'DELETE', url: '/v1/calibrations/support-bot' })).statusCode, 204)
  t.match((await server.inject('/v1/calibrations/support-bot')).json(), { code: 'QUALM_ERR_UNKNOWN_CALIBRATION' })
  t.equal((await server.inject('/v1/calibrations/support-bot/report')).statusCode, 404)
})

t.test('a file of examples is uploaded line by line', async (t) => {
  const head = { name: 'support-bot', scorer: 'g_nll', method: 'isotonic' }
  const lines = [head, ...examples].map((line) => JSON.stringify(line)).join('\n')
  const uploaded = await shared.inject({ ...post({}), headers: NDJSON, payload: `${lines}\n\n` })
  t.equal(uploaded.statusCode, 201)
  const made = (await shared.inject(post(body({ name: 'other' })))).json<{ report: object }>()
  t.strictSame(uploaded.json<{ report: object }>().report, made.report)
})

t.test('an upload that does not fit is refused at its line', async (t) => {
  const head = '{"name":"a","scorer":"g_nll"}'
  const cases = [
    [`${head}\n{"score":1,`, 400, { code: 'QUALM_ERR_BAD_JSON', detail: /Line 2/ }],
    [`${head}\n{"score":1,"correct":true,"x":1}`, 400, { errors: [{ pointer: '/examples/0/x' }] }],
    [`${head}`, 400, { errors: [{ pointer: '/examples' }] }],
    ['[]\n', 400, { detail: /Line 1/ }],
    ['', 400, { code: 'QUALM_ERR_VALIDATION' }]
  ] as const
  for (const [payload, status, problem] of cases) {
    const refused = await shared.inject({ ...post({}), headers: NDJSON, payload })
    t.equal(refused.statusCode, status, payload)
    t.match(refused.json(), problem)
  }
})

t.test('an answer gets a confidence with its interval, also in a header', async (t) => {
  const sure = await shared.inject(asked(-0.2))
  const unsure = await shared.inject(asked(-7))
  type Scored = { confidence: { value: number; interval: [number, number] }; warnings: { code: string }[] }
  const { confidence, warnings } = sure.json<Scored>()
  t.match(confidence, { calibration: 'bot@1', scorer: 'g_nll' })
  const [low, high] = confidence.interval
  t.ok(low <= confidence.value && confidence.value <= high && high - low > 0.01, JSON.stringify(confidence))
  t.ok(confidence.value > unsure.json<Scored>().confidence.value + 0.3)
  t.equal(sure.headers['x-uncertainty-confidence'], String(confidence.value))
  t.ok(warnings.some(({ code }) => code === 'calibration_binding_unknown'))
})

t.test('a name that nobody made is a 404 with its place', async (t) => {
  const refused = await shared.inject(asked(-1, { calibration: 'nobody' }))
  t.equal(refused.statusCode, 404)
  t.match(refused.json(), { code: 'QUALM_ERR_UNKNOWN_CALIBRATION', errors: [{ pointer: '/calibration' }] })
})

t.test('several scorers together: the ensemble is the probability of being wrong', async (t) => {
  const both = examples.map(({ score, correct }) => ({ scores: { g_nll: score, max_nll: score * 2 }, correct }))
  const made = await shared.inject(post({ name: 'fused', scorers: ['g_nll', 'max_nll'], examples: both }))
  t.equal(made.statusCode, 201)
  t.match(made.json(), { scorer: 'ensemble', scorers: ['g_nll', 'max_nll'], method: 'logistic' })
  type Scored = {
    readonly scores: { readonly ensemble: { readonly value: number; readonly detail: object } }
    readonly confidence: { readonly value: number }
  }
  const { scores, confidence } = (await shared.inject(asked(-0.2, { calibration: 'fused' }))).json<Scored>()
  const { value, detail } = scores.ensemble
  t.match(detail, { calibration: 'fused@1', members: [{ scorer: 'g_nll' }, { scorer: 'max_nll' }] })
  t.ok(Math.abs(confidence.value - (1 - value)) < 1e-12)
  t.ok(confidence.value > 0.5)
})

t.test('without its store the service scores, and says why there are no calibrations', async (t) => {
  const dir = t.testdir()
  await mkdir(join(dir, 'qualm.db'))
  const server = await app(t, dir)
  for (const request of [post(body()), '/v1/calibrations', asked(-1)] as const) {
    const refused = await server.inject(request)
    t.equal(refused.statusCode, 503)
    t.match(refused.json(), { code: 'QUALM_ERR_STORE', detail: /data folder/ })
  }
  const payload = { ...asked(-1).payload, calibration: undefined }
  t.equal((await server.inject({ ...asked(-1), payload })).statusCode, 200)
})

t.test('bodies that do not fit are refused at the field', async (t) => {
  const bad = [
    [body({ nmae: 'x' }), '/nmae'],
    [body({ name: 'a@1' }), '/name'],
    [body({ method: 'plat' }), '/method'],
    [body({ examples: [] }), '/examples'],
    [body({ examples: [{ score: null, correct: true }] }), '/examples/0/score'],
    [body({ examples: [{ score: 1, correct: 2 }] }), '/examples/0/correct'],
    [body({ scorers: ['g_nll'] }), '/scorers']
  ] as const
  for (const [payload, pointer] of bad) {
    const refused = await shared.inject(post(payload))
    t.equal(refused.statusCode, 400, pointer)
    t.match(refused.json(), { code: 'QUALM_ERR_VALIDATION', errors: [{ pointer }] }, pointer)
  }
})

t.test('a policy is made of the examples of a calibration', async (t) => {
  const made = (payload: object) => shared.inject({ method: 'POST', url: '/v1/policies', payload })
  const objective = { kind: 'coverage', target: 0.1 }
  const policy = await made({ name: 'p', calibration: 'bot@1', objective })
  t.equal(policy.statusCode, 201)
  const direct = await made({ name: 'q', scorer: 'g_nll', options: { include_eos: 'auto' }, examples, objective })
  const { threshold, guarantee, report } = policy.json<Record<string, unknown>>()
  t.match(direct.json(), { threshold, guarantee, report }, 'as if the examples had been sent again')
  const decided = await shared.inject(asked(-0.1, { policy: 'p' }))
  t.match(decided.json(), {
    decision: { action: 'accept', policy: 'p@1' },
    confidence: { calibration: 'bot@1' }
  })
})

t.test('a policy of a calibration brings no examples of its own, and none of a fitted combination', async (t) => {
  const objective = { kind: 'coverage', target: 0.1 }
  const refused = async (changes: object) =>
    (
      await shared.inject({ method: 'POST', url: '/v1/policies', payload: { name: 'p', objective, ...changes } })
    ).json<object>()
  const both = examples.map(({ score, correct }) => ({ scores: { g_nll: score, max_nll: score * 2 }, correct }))
  await shared.inject(post({ name: 'both', scorers: ['g_nll', 'max_nll'], examples: both }))
  const calibration = 'bot'
  t.match(await refused({ calibration, scorer: 'g_nll' }), { status: 400, errors: [{ pointer: '/scorer' }] })
  t.match(await refused({ calibration, examples }), { status: 400, errors: [{ pointer: '/examples' }] })
  t.match(await refused({ calibration: 'both' }), {
    status: 400,
    errors: [{ pointer: '/calibration', message: /fresh/ }]
  })
  t.match(await refused({ calibration: 'none' }), { status: 404, code: 'QUALM_ERR_UNKNOWN_CALIBRATION' })
  t.match(await refused({ scorer: 'g_nll' }), { status: 400, errors: [{ pointer: '/examples' }] })
  t.match(await refused({ examples }), { status: 400, errors: [{ pointer: '/scorer' }] })
})
