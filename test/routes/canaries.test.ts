import t from 'tap'
import { openStore } from '../../src/store/store.js'
import { build } from '../helper.js'

/** A request whose score of `g_nll` is `nll`. */
const request = (nll: number) => ({
  answer: { text: 'Yes', logprobs: { content: [{ token: 'Yes', logprob: -nll }] }, decoding: { temperature: 0 } }
})

const examples = Array.from({ length: 100 }, (_, i) => ({ score: i / 50, correct: i <= 50 }))
const policy = {
  name: 'bot',
  scorer: 'g_nll',
  examples,
  objective: { kind: 'selective_error', target: 0.1, level: 0.9 }
}

t.test('canaries pass while their scores stay, and close the gate when one changes', async (t) => {
  const store = await openStore(t.testdir())
  t.teardown(() => store.close())
  const server = await build(t, { store })
  const send = async (method: 'PUT' | 'POST', url: string, payload: object) =>
    (await server.inject({ method, url: `/v1/policies${url}`, payload })).json() as Record<string, unknown>
  const shown = async () => (await server.inject('/v1/policies/bot')).json() as object
  await send('POST', '', policy)
  t.match(await send('POST', '/bot/canaries/check', {}), { code: 'QUALM_ERR_NOT_FOUND' })
  const set = await send('PUT', '/bot/canaries', { requests: [request(0.5), request(2)] })
  t.strictSame(set, { object: 'canaries', policy: 'bot@1', n: 2, passed: true, changed: [] })
  t.match(await send('POST', '/bot/canaries/check', {}), { passed: true })
  t.match(await shown(), { guarantee: { valid: true }, watch: { canaries: 'passed' } })

  const changed = await build(t, { store, scorers: altered(server.scorers) })
  const told: string[] = []
  await changed.canaries.checkAll(new AbortController().signal, (name) => told.push(name))
  t.same(told, ['bot@1'])
  const found = await changed.inject({ method: 'POST', url: '/v1/policies/bot@1/canaries/check', payload: {} })
  t.match(found.json(), { passed: false, changed: [{ index: 0, before: 0.5, now: 0.6 }, { index: 1 }] })
  t.match((await changed.inject('/v1/policies/bot')).json(), {
    guarantee: { valid: false },
    watch: { canaries: 'failed' }
  })
  const scored = await changed.inject({
    method: 'POST',
    url: '/v1/score',
    payload: { ...request(0.2), scorers: ['g_nll'], policy: 'bot' }
  })
  t.match(scored.json(), { decision: { action: 'review', reason: 'guarantee_broken' } })
})

t.test('a request without a score, and a policy that is not there, are refused', async (t) => {
  const store = await openStore(t.testdir())
  t.teardown(() => store.close())
  const server = await build(t, { store })
  const put = async (requests: readonly object[]) =>
    (await server.inject({ method: 'PUT', url: '/v1/policies/bot/canaries', payload: { requests } })).json() as object
  t.match(await put([request(1)]), { code: 'QUALM_ERR_UNKNOWN_POLICY' })
  await server.inject({ method: 'POST', url: '/v1/policies', payload: policy })
  t.match(await put([request(1), { answer: 'Yes', fill: 'never' }]), {
    code: 'QUALM_ERR_INVALID_EVIDENCE',
    errors: [{ pointer: '/requests/1' }]
  })
  t.match(await put([]), { code: 'QUALM_ERR_VALIDATION' })
})

t.test('canaries of a policy that was deleted go with the next check', async (t) => {
  const store = await openStore(t.testdir())
  t.teardown(() => store.close())
  const server = await build(t, { store })
  await server.inject({ method: 'POST', url: '/v1/policies', payload: policy })
  await server.inject({ method: 'PUT', url: '/v1/policies/bot/canaries', payload: { requests: [request(1)] } })
  await server.inject({ method: 'DELETE', url: '/v1/policies/bot' })
  const told: string[] = []
  for (let i = 0; i < 2; i++) await server.canaries.checkAll(new AbortController().signal, (name) => told.push(name))
  t.same(told, [])
})

/** The same scorers, with g_nll a tenth of a nat higher. */
function altered(scorers: Awaited<ReturnType<typeof build>>['scorers']) {
  const original = scorers.get('g_nll')!
  const score: typeof original.score = (evidence, options) => {
    const scored = original.score(evidence, options)
    return { ...scored, value: scored.value + 0.1 }
  }
  return new Map([...scorers, ['g_nll', { ...original, score }]])
}
