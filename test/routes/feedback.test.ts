import t, { type Test } from 'tap'
import { openStore } from '../../src/store/store.js'
import { scoreId } from '../fixtures/observed.js'
import { build } from '../helper.js'

const NDJSON = 'application/x-ndjson'

/** Answers of one token with that log-probability; the score of `g_nll` is its negative. */
const answer = (nll: number) => ({
  scorers: ['g_nll'],
  policy: 'bot',
  answer: { text: 'Yes', logprobs: { content: [{ token: 'Yes', logprob: -nll }] }, decoding: { temperature: 0 } }
})

async function app(t: Test, dir = t.testdir()) {
  const store = await openStore(dir)
  t.teardown(() => store.close())
  return build(t, { store })
}

type App = Awaited<ReturnType<typeof app>>

/** Scores 0 to 2 in even steps; those up to 1 are right. */
const examples = Array.from({ length: 200 }, (_, i) => ({ score: i / 100, correct: i <= 100 }))

async function makePolicy(server: App) {
  const objective = { kind: 'selective_error', target: 0.1, level: 0.9 }
  const payload = { name: 'bot', scorer: 'g_nll', examples, objective }
  const made = await server.inject({ method: 'POST', url: '/v1/policies', payload })
  if (made.statusCode !== 201) throw new Error(made.body)
}

async function score(server: App, nll: number) {
  const { id, decision } = (await server.inject({ method: 'POST', url: '/v1/score', payload: answer(nll) })).json()
  return { id: String(id), decision: decision as { action: string; reason?: string; guarantee: { valid: boolean } } }
}

const feedback = (server: App, payload: object) => server.inject({ method: 'POST', url: '/v1/feedback', payload })

t.test('labels are taken in once and shown with the policy', async (t) => {
  const server = await app(t)
  await makePolicy(server)
  const { id, decision } = await score(server, 0.5)
  t.equal(decision.action, 'accept')
  const sent = await feedback(server, { score_id: id, correct: true })
  t.equal(sent.statusCode, 202)
  t.strictSame(sent.json(), { object: 'feedback', score_id: id, status: 'counted' })
  t.match((await feedback(server, { score_id: id, correct: true })).json(), { status: 'repeated' })
  t.match((await feedback(server, { score_id: id, correct: false })).json(), {
    status: 409,
    code: 'QUALM_ERR_LABEL_CONFLICT',
    errors: [{ pointer: '/correct' }]
  })
  t.match((await server.inject('/v1/policies/bot')).json(), {
    guarantee: { valid: true },
    watch: { level: 0.01, broken: null, scores: { n: 1, accepted: 1 }, labels: { n: 1, right: 1, mean_loss: 0 } }
  })
})

t.test('a score that no policy decided on, and what is no label, are refused', async (t) => {
  const server = await app(t)
  t.match((await feedback(server, { score_id: scoreId(1), correct: true })).json(), {
    status: 404,
    code: 'QUALM_ERR_UNKNOWN_SCORE'
  })
  for (const payload of [
    { score_id: 'x', correct: true },
    { score_id: scoreId(1), correct: 2 },
    { score_id: scoreId(1), correct: 'yes' },
    { score_id: scoreId(1) },
    { score_id: scoreId(1), correct: true, why: 'so' }
  ]) {
    t.match((await feedback(server, payload)).json(), { status: 400, code: 'QUALM_ERR_VALIDATION' })
  }
})

t.test('a file of labels is answered line by line, and a bad line does not stop the others', async (t) => {
  const server = await app(t)
  await makePolicy(server)
  const ids = [(await score(server, 0.1)).id, (await score(server, 0.9)).id]
  const lines = [
    { score_id: ids[0], correct: true },
    { score_id: scoreId(5), correct: true },
    { score_id: ids[1], correct: 0.5 }
  ]
  const sent = await server.inject({
    method: 'POST',
    url: '/v1/feedback',
    headers: { 'content-type': NDJSON },
    payload: lines.map((line) => JSON.stringify(line)).join('\n')
  })
  t.equal(sent.statusCode, 202)
  const answers = sent.body
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as object)
  t.match(answers, [
    { status: 'counted' },
    { line: 2, error: { code: 'QUALM_ERR_UNKNOWN_SCORE' } },
    { status: 'counted' }
  ])
})

t.test(
  'scores from elsewhere turn the guarantee invalid and every decision into review, across a restart',
  async (t) => {
    const dir = t.testdir()
    const server = await app(t, dir)
    await makePolicy(server)
    for (let i = 0; i < 60; i++) await score(server, 0.001)
    await server.watch.flush()
    for (const one of [server, await app(t, dir)]) {
      t.match((await score(one, 0.5)).decision, {
        action: 'review',
        reason: 'guarantee_broken',
        guarantee: { valid: false }
      })
      const shown = (await one.inject('/v1/policies/bot')).json()
      t.match(shown, { guarantee: { valid: false }, watch: { broken: { by: 'scores', message: /new version/ } } })
      t.equal((await one.inject('/v1/policies')).json().data[0].guarantee.valid, false)
      t.match((await one.inject('/metrics')).body, /^qualm_broken_policies 1$/mu)
    }
    await makePolicy(server)
    t.match((await score(server, 0.5)).decision, { action: 'accept', guarantee: { valid: true } })
    t.match((await server.inject('/v1/policies/bot@1')).json(), { guarantee: { valid: false } })
  }
)

t.test('wrong answers among the accepted turn the guarantee invalid, and the policy stays as it is', async (t) => {
  const server = await app(t)
  await makePolicy(server)
  const before = (await server.inject('/v1/policies/bot')).json()
  for (let i = 0; i < 40; i++) {
    const { id } = await score(server, i / 20)
    await feedback(server, { score_id: id, correct: false })
  }
  const { watch, ...after } = (await server.inject('/v1/policies/bot')).json()
  t.match(watch, { broken: { by: 'labels' }, labels: { n: 40, right: 0 } })
  t.equal(after.threshold, before.threshold)
  t.match((await score(server, 0.1)).decision, { action: 'review', reason: 'guarantee_broken' })
})

t.test('a deleted policy takes its watch along', async (t) => {
  const server = await app(t)
  await makePolicy(server)
  const { id } = await score(server, 0.5)
  await server.inject({ method: 'DELETE', url: '/v1/policies/bot' })
  t.match((await feedback(server, { score_id: id, correct: true })).json(), { code: 'QUALM_ERR_UNKNOWN_SCORE' })
})
