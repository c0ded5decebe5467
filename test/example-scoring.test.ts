import t from 'tap'
import { QualmError } from '../src/errors.js'
import { createExampleScoring } from '../src/example-scoring.js'
import type { Scorer } from '../src/scorer.js'
import type { ResultScore } from '../src/schemas/score-result.js'
import { createFakeScoring, fakeResult } from './fixtures/fake-scoring.js'
import { scorers } from './helper.js'

const gNll = scorers.get('g_nll') as Scorer
const verbalized = scorers.get('verbalized_confidence') as Scorer
const { signal } = new AbortController()

const score = (value: number | null, reason?: string): ResultScore => ({
  status: value === null ? 'skipped' : 'ok',
  value,
  unit: 'nats',
  direction: 'higher_is_more_uncertain',
  range: [0, null],
  ...(reason === undefined ? {} : { reason })
})

t.test("an example is scored by the policy's scorer alone, with the policy's options", async (t) => {
  const scoring = createFakeScoring(() => fakeResult({ scores: { g_nll: score(0.42) } }))
  const body = { prompt: 'q', preset: 'thorough', scorers: ['perplexity'] }
  t.same(await createExampleScoring(scoring)(body, gNll, { a: 1 }, signal), { uncertainty: 0.42 })
  t.same(scoring.requests, [{ prompt: 'q', scorers: ['g_nll'], options: { g_nll: { a: 1 } } }])
})

t.test('a score of certainty is turned towards uncertainty', async (t) => {
  const scoring = createFakeScoring(() => fakeResult({ scores: { verbalized_confidence: score(0.9) } }))
  t.same(await createExampleScoring(scoring)({ prompt: 'q' }, verbalized, {}, signal), { uncertainty: -0.9 })
})

t.test('an example without a value has the reason of its score', async (t) => {
  const scoring = createFakeScoring(() => fakeResult({ scores: { g_nll: score(null, 'needs_logprobs') } }))
  t.same(await createExampleScoring(scoring)({ prompt: 'q' }, gNll, {}, signal), { reason: 'needs_logprobs' })
})

t.test('an example for which nothing could be computed is left out, not fatal', async (t) => {
  const scoring = createFakeScoring(() => {
    throw new QualmError('QUALM_ERR_NO_EVIDENCE', 'Nothing.')
  })
  t.same(await createExampleScoring(scoring)({ prompt: 'q' }, gNll, {}, signal), { reason: 'no_evidence' })
})

t.test('a malformed example is refused with a pointer, before it is scored', async (t) => {
  const scoring = createFakeScoring()
  await t.rejects(createExampleScoring(scoring)({ promt: 'q' }, gNll, {}, signal), {
    code: 'QUALM_ERR_VALIDATION',
    errors: [{ pointer: '/promt', message: /did you mean "prompt"/ }]
  })
  t.equal(scoring.requests.length, 0)
})

t.test('a scorer that reads options tells their probabilities too', async (t) => {
  const reader = scorers.get('option_probability') as Scorer
  const options = [
    { label: 'A', text: 'yes', probability: 0.8, std: null },
    { label: 'B', text: 'no', probability: 0.2, std: null }
  ]
  const scoring = createFakeScoring(() => {
    return fakeResult({ scores: { option_probability: { ...score(0.8), detail: { option: 'A', options } } } })
  })
  const body = { prompt: 'q', choices: ['yes', 'no'] }
  t.same(await createExampleScoring(scoring)(body, reader, {}, signal), {
    uncertainty: -0.8,
    probabilities: [0.8, 0.2]
  })
})
