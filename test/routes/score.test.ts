import t from 'tap'
import { createFakeEngine } from '../fixtures/fake-engine.js'
import { createFakeScoring, fakeResult } from '../fixtures/fake-scoring.js'
import { build, captureLog } from '../helper.js'

const QUESTION = { prompt: 'What is the capital of Australia?' }
const SUPPLIED = {
  ...QUESTION,
  answer: {
    text: 'Canberra',
    finish_reason: 'stop',
    logprobs: {
      content: [
        { token: 'Can', logprob: -0.11 },
        { token: 'berra', logprob: -0.31 }
      ]
    },
    decoding: { temperature: 0, basis: 'pre_sampling' }
  },
  scorers: ['g_nll'],
  fill: 'never'
}

t.test('supplied log-probabilities are scored without any model', async (t) => {
  const engine = createFakeEngine()
  const app = await build(t, { engine })
  const response = await app.inject({ method: 'POST', url: '/v1/score', payload: SUPPLIED })
  t.equal(response.statusCode, 200)
  // 0.11 + 0.31
  t.ok(Math.abs(response.json().scores.g_nll.value - 0.42) < 1e-9)
  t.same(engine.calls, { generate: 0, scoreText: 0, optionProbabilities: 0, entail: 0, embed: 0 })
})

t.test('a question alone is answered, sampled and scored', async (t) => {
  const engine = createFakeEngine()
  const app = await build(t, { engine })
  const payload = { ...QUESTION, scorers: ['g_nll', 'semantic_entropy'], sampling: { n: 4 } }
  const response = await app.inject({ method: 'POST', url: '/v1/score', payload })
  t.equal(response.statusCode, 200, response.body)
  const { answer, scores } = response.json()
  t.equal(answer.source, 'generated')
  t.equal(scores.g_nll.status, 'ok')
  t.equal(scores.semantic_entropy.status, 'ok')
  t.equal(engine.calls.generate, 1)
})

t.test('the same request gives the same scores', async (t) => {
  const app = await build(t)
  const payload = { ...QUESTION, scorers: ['semantic_entropy'], sampling: { n: 4 } }
  const ask = async () => (await app.inject({ method: 'POST', url: '/v1/score', payload })).json().scores
  t.same(await ask(), await ask())
})

t.test('an unknown scorer is 400 with a pointer to it', async (t) => {
  const app = await build(t)
  const response = await app.inject({ method: 'POST', url: '/v1/score', payload: { ...QUESTION, scorers: ['g_nl'] } })
  t.equal(response.statusCode, 400)
  t.match(response.json(), { code: 'QUALM_ERR_UNKNOWN_SCORER', errors: [{ pointer: '/scorers/0', message: /g_nll/ }] })
})

for (const model of ['../../etc', '/etc', 'file:///etc', 'http://169.254.169.254/x', 'a%2f..%2fb', '__proto__']) {
  t.test(`the model name ${model} is looked up, not found, and not repeated`, async (t) => {
    const engine = createFakeEngine()
    const app = await build(t, { engine })
    const response = await app.inject({ method: 'POST', url: '/v1/score', payload: { ...QUESTION, model } })
    t.equal(response.statusCode, 404)
    t.equal(response.json().code, 'QUALM_ERR_UNKNOWN_MODEL')
    t.notOk(response.json().detail.includes(model))
    t.equal(engine.calls.generate, 0)
  })
}

t.test('an engine that fails is a masked 500, and the next request is served', async (t) => {
  const log = captureLog()
  const app = await build(t, {
    engine: createFakeEngine({ failure: new Error('SECRET') }),
    logStream: log.stream,
    config: { logLevel: 'info' }
  })
  const failed = await app.inject({ method: 'POST', url: '/v1/score', payload: { ...QUESTION, scorers: ['g_nll'] } })
  t.equal(failed.statusCode, 500)
  t.notMatch(failed.body + log.text(), /SECRET/)
  t.equal((await app.inject({ method: 'POST', url: '/v1/score', payload: SUPPLIED })).statusCode, 200)
})

t.test('what scoring returns is what goes over the wire', async (t) => {
  const result = fakeResult({
    custom_id: 'row-17',
    decision: {
      action: 'accept',
      policy: 'p@1',
      score: 0.4,
      threshold: 0.5,
      guarantee: { kind: 'coverage', method: 'split_conformal', target: 0.1, level: null, n: 10, valid: true }
    },
    confidence: { value: 0.81, interval: [0.7, 0.9], calibration: 'c@2', scorer: 'g_nll' },
    evidence: { samples: { source: 'supplied', requested: null, received: 2, distinct: 1 } },
    warnings: [{ code: 'few_samples', message: 'Few.' }]
  })
  const app = await build(t, { scoring: createFakeScoring(() => result) })
  const response = await app.inject({ method: 'POST', url: '/v1/score', payload: QUESTION })
  t.same(response.json(), result)
  t.equal(response.headers['x-uncertainty-action'], 'accept')
  t.equal(response.headers['x-uncertainty-confidence'], '0.81')
})

t.test('without policy and calibration there are no such headers', async (t) => {
  const app = await build(t, { scoring: createFakeScoring() })
  const { headers } = await app.inject({ method: 'POST', url: '/v1/score', payload: QUESTION })
  t.notOk('x-uncertainty-action' in headers || 'x-uncertainty-confidence' in headers)
})

t.test('NaN is neither a 500, nor 0, nor a silent null', async (t) => {
  const log = captureLog()
  const confidence = { value: NaN, calibration: 'c@1', scorer: 'g_nll' }
  const scoring = createFakeScoring(() => fakeResult({ confidence }))
  const app = await build(t, { scoring, logStream: log.stream, config: { logLevel: 'info' } })
  const response = await app.inject({ method: 'POST', url: '/v1/score', payload: QUESTION })
  t.equal(response.statusCode, 200)
  t.equal(response.json().confidence.value, null)
  t.match(response.json().warnings, [{ code: 'not_finite', message: /\/confidence\/value/ }])
  t.ok(log.lines().some(({ level }) => level === 50))
  t.match((await app.inject('/metrics')).body, /qualm_not_finite_total 1/)
})
