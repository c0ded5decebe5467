import t from 'tap'
import { QualmError } from '../../src/errors.js'
import { createFakeScoring, fakeResult } from '../fixtures/fake-scoring.js'
import { build } from '../helper.js'

const BODY = { prompt: 'What is the capital of Australia?', answer: 'Canberra', scorers: ['g_nll'] }

t.test('what scoring returns is what goes over the wire', async (t) => {
  const result = fakeResult({
    custom_id: 'row-17',
    decision: { action: 'accept', policy: 'p@1', score: 0.4, threshold: 0.5 },
    warnings: [{ code: 'few_samples', message: 'Few.' }]
  })
  const app = await build(t, { scoring: createFakeScoring(() => result) })
  const response = await app.inject({ method: 'POST', url: '/v1/score', payload: BODY })
  t.equal(response.statusCode, 200)
  t.same(response.json(), result)
})
