import t, { type Test } from 'tap'
import { QualmError } from '../../src/errors.js'
import type { ScoreResult } from '../../src/schemas/score.js'
import { createFakeScoring, fakeResult } from '../fixtures/fake-scoring.js'
import { build } from '../helper.js'

type Decision = NonNullable<ScoreResult['decision']>

const decided = (action: Decision['action'], reason?: string): ScoreResult =>
  fakeResult({ decision: { action, policy: 'bot@1', score: 0.5, ...(reason === undefined ? {} : { reason }) } })

/** A guardrail on scoring that decides by the text of the answer. */
async function guard(t: Test, byText: Readonly<Record<string, ScoreResult | QualmError>> = {}) {
  const scoring = createFakeScoring(({ answer }) => {
    const outcome = byText[String(answer)] ?? fakeResult()
    if (outcome instanceof QualmError) throw outcome
    return outcome
  })
  const app = await build(t, { scoring })
  const ask = (parameters: object | null, body: object = {}) =>
    app.inject({
      method: 'POST',
      url: '/beta/litellm_basic_guardrail_api',
      payload: {
        input_type: 'response',
        texts: Object.keys(byText),
        request_data: { user_api_key_hash: 'x' },
        additional_provider_specific_params: parameters,
        ...body
      }
    })
  return { scoring, ask }
}

const missing = new QualmError('QUALM_ERR_NO_EVIDENCE', 'None of the scorers has the evidence that it needs.')

t.test('texts of a request pass and are not scored', async (t) => {
  const { scoring, ask } = await guard(t, { Canberra: decided('abstain') })
  const answer = await ask({ policy: 'bot' }, { input_type: 'request' })
  t.same(answer.json(), { action: 'NONE' })
  t.same(scoring.requests, [])
})

t.test('without a policy an answer passes', async (t) => {
  const { scoring, ask } = await guard(t, { Canberra: fakeResult() })
  t.same((await ask(null)).json(), { action: 'NONE' })
  t.same(scoring.requests, [])
  t.same((await ask({ scorers: ['length_outlier'] })).json(), { action: 'NONE' })
  t.match(scoring.requests, [{ answer: 'Canberra', scorers: ['length_outlier'], fill: 'never' }])
})

t.test('a policy that accepts passes the answer and says so in a header', async (t) => {
  const { ask } = await guard(t, { Canberra: decided('accept') })
  const answer = await ask({ policy: 'bot' })
  t.same(answer.json(), { action: 'NONE' })
  t.equal(answer.headers['x-uncertainty-action'], 'accept')
})

t.test('one text that the policy abstains from blocks the answer', async (t) => {
  const { ask } = await guard(t, { Canberra: decided('accept'), Sydney: decided('abstain') })
  const answer = await ask({ policy: 'bot' })
  t.equal(answer.statusCode, 200)
  t.same(answer.json(), { action: 'BLOCKED', blocked_reason: 'The policy bot@1 abstains from this answer.' })
  t.equal(answer.headers['x-uncertainty-action'], 'abstain')
})

t.test('review and escalate pass, and are seen in the header', async (t) => {
  const { ask } = await guard(t, { Canberra: decided('review'), Sydney: decided('escalate') })
  const answer = await ask({ policy: 'bot' })
  t.same(answer.json(), { action: 'NONE' })
  t.equal(answer.headers['x-uncertainty-action'], 'escalate')
})

t.test('a note marks only the texts that are to be reviewed', async (t) => {
  const { ask } = await guard(t, { Canberra: decided('accept'), Sydney: decided('review') })
  const answer = await ask({ policy: 'bot', review_note: 'Please check.' })
  t.same(answer.json(), { action: 'GUARDRAIL_INTERVENED', texts: ['Canberra', 'Sydney\n\nPlease check.'] })
})

t.test('missing evidence is a review, and blocks when strict', async (t) => {
  const { ask } = await guard(t, { Canberra: decided('review', 'needs_logprobs') })
  t.same((await ask({ policy: 'bot' })).json(), { action: 'NONE' })
  t.same((await ask({ policy: 'bot', strict: true })).json(), {
    action: 'BLOCKED',
    blocked_reason: 'The answer could not be judged: needs_logprobs.'
  })
})

t.test('an answer that nothing could score is a review, and blocks when strict', async (t) => {
  const { ask } = await guard(t, { Canberra: missing })
  const open = await ask({ policy: 'bot' })
  t.same(open.json(), { action: 'NONE' })
  t.equal(open.headers['x-uncertainty-action'], 'review')
  t.match((await ask({ policy: 'bot', strict: true })).json(), { action: 'BLOCKED', blocked_reason: /no_evidence/ })
})

t.test('other faults are told as problems, never as a pass', async (t) => {
  const { ask } = await guard(t, { Canberra: new QualmError('QUALM_ERR_UNKNOWN_POLICY', 'There is none.') })
  t.equal((await ask({ policy: 'bto' })).statusCode, 404)
})

t.test('a misspelt parameter is refused', async (t) => {
  const { ask } = await guard(t, { Canberra: decided('abstain') })
  const answer = await ask({ polcy: 'bot' })
  t.equal(answer.statusCode, 400)
  t.match(answer.json(), { errors: [{ pointer: '/additional_provider_specific_params/polcy' }] })
})

t.test('conversation and ids go with the score request', async (t) => {
  const { scoring, ask } = await guard(t, { Canberra: decided('accept') })
  await ask(
    { policy: 'bot' },
    {
      litellm_call_id: 'call-1',
      structured_messages: [
        { role: 'developer', content: 'Be short.' },
        { role: 'user', content: [{ type: 'text', text: 'Capital of Australia?' }] },
        { role: 'assistant', content: 'Canberra' }
      ]
    }
  )
  t.match(scoring.requests[0], {
    messages: [
      { role: 'system', content: 'Be short.' },
      { role: 'user', content: 'Capital of Australia?' }
    ],
    metadata: { litellm_call_id: 'call-1' }
  })
  t.equal(scoring.requests[0]?.messages?.length, 2)
})

t.test('a conversation that is not all text is left out', async (t) => {
  const { scoring, ask } = await guard(t, { Canberra: decided('accept') })
  const image = { role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:' } }] }
  await ask({ policy: 'bot' }, { structured_messages: [image] })
  t.equal(scoring.requests[0]?.messages, undefined)
})

t.test('on real scoring, supplied samples give a value, and missing log-probabilities block when strict', async (t) => {
  const app = await build(t)
  const payload = (parameters: object) => ({
    input_type: 'response',
    texts: ['Canberra'],
    additional_provider_specific_params: parameters
  })
  const url = '/beta/litellm_basic_guardrail_api'
  const given = { scorers: ['lexical_similarity'], samples: ['Canberra', 'Sydney'] }
  t.same((await app.inject({ method: 'POST', url, payload: payload(given) })).json(), { action: 'NONE' })
  const strict = { scorers: ['g_nll'], strict: true }
  t.match((await app.inject({ method: 'POST', url, payload: payload(strict) })).json(), { action: 'BLOCKED' })
})
