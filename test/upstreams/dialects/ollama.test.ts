/** Answers in the shapes of Ollama: its own `/api/chat`, and its OpenAI route. */
import t, { type Test } from 'tap'
import { upstreamOf, type Says } from '../../fixtures/dialect-upstream.js'
import { DRAWN, question } from '../../fixtures/upstream-client.js'
import { json, status } from '../../fixtures/upstream-server.js'

const { signal } = new AbortController()
const open = (t: Test, says: Says, limits = {}) => upstreamOf(t, says, { dialect: 'ollama', limits })

const ownAnswer = (content: string, logprobs?: readonly object[]) => ({
  model: 'big',
  created_at: '2026-01-01T00:00:00.000000Z',
  message: { role: 'assistant', content },
  done: true,
  done_reason: 'stop',
  total_duration: 5191566416,
  prompt_eval_count: 26,
  eval_count: 2,
  ...(logprobs === undefined ? {} : { logprobs })
})

/** Its entries leave out bytes and alternatives when there are none. */
const TOLD = [
  { token: 'Can', logprob: -0.1, bytes: [67, 97, 110], top_logprobs: [{ token: 'Can', logprob: -0.1 }] },
  { token: 'berra', logprob: -0.2 }
]

t.test('it is asked in its own way, with its truncation switched off', async (t) => {
  const { upstream, bodies, paths } = await open(t, () => ownAnswer('Canberra', TOLD))
  const { rows, promptTokens, completionTokens } = await upstream.generate(question(), { signal })
  t.match(rows, [
    { text: 'Canberra', finishReason: 'stop', basis: 'pre_sampling', tokens: [{ text: 'Can' }, { text: 'berra' }] }
  ])
  t.same([promptTokens, completionTokens], [26, 2])
  t.same(paths(), ['/api/chat'])
  const options = { temperature: 0, top_p: 1, top_k: 0, min_p: 0, num_predict: 8 }
  t.match(bodies(), [{ model: 'big', stream: false, options, logprobs: true, top_logprobs: 2 }])
})

t.test('samples are drawn one by one, each with a seed of its own', async (t) => {
  const { upstream, bodies } = await open(t, () => ownAnswer('Canberra', TOLD))
  await upstream.generate(question({ rows: [DRAWN, { ...DRAWN, topK: 40 }, DRAWN] }), { signal })
  const options = bodies().map((body) => body['options'] as { readonly seed: number; readonly top_k: number })
  t.equal(new Set(options.map(({ seed }) => seed)).size, 3)
  t.same(options.map(({ top_k: topK }) => topK).toSorted(), [0, 0, 40])
})

t.test('what the model thought is no part of the answer', async (t) => {
  const thought = {
    ...ownAnswer('Canberra', TOLD),
    message: { role: 'assistant', content: 'Canberra', thinking: 'Hm' }
  }
  const { upstream } = await open(t, () => thought)
  const { rows } = await upstream.generate(question(), { signal })
  t.equal(rows[0]?.tokens?.length, 2)
})

t.test('a version that tells no log-probabilities is one without', async (t) => {
  const { upstream } = await open(t, () => ownAnswer('Canberra'))
  const { rows } = await upstream.generate(question(), { signal })
  t.match(rows, [{ text: 'Canberra', lack: { reason: 'upstream_no_logprobs' } }])
})

t.test('a client request of plain text goes its own way, one with tools by the OpenAI route', async (t) => {
  const choice = {
    index: 0,
    message: { role: 'assistant', content: 'Canberra' },
    finish_reason: 'stop',
    logprobs: { content: TOLD }
  }
  const { upstream, paths } = await open(t, (_, path) =>
    path === '/api/chat' ? ownAnswer('Canberra', TOLD) : { choices: [choice] }
  )
  const { messages } = question()
  await upstream.generate(question({ chatBody: { messages, temperature: 0.2 } }), { signal })
  const { rows } = await upstream.generate(question({ chatBody: { messages, tools: [{ type: 'function' }] } }), {
    signal
  })
  t.same(paths(), ['/api/chat', '/v1/chat/completions'])
  t.equal(rows[0]?.tokens?.length, 2)
})

t.test('its errors are one string, and a full queue is a failure that passes', async (t) => {
  const { upstream } = await open(t, () => status(404, '{"error":"model \\"big\\" not found"}'))
  await t.rejects(upstream.generate(question(), { signal }), { message: /model "big" not found/u })
  let calls = 0
  const full = status(503, '{"error":"server busy, please try again. maximum pending requests exceeded"}')
  const other = await open(t, () => (++calls === 1 ? full : json(ownAnswer('Canberra', TOLD))), { retries: 1 })
  t.equal((await other.upstream.generate(question(), { signal })).rows.length, 1)
})

t.test('an answer without a message makes no sense', async (t) => {
  const { upstream } = await open(t, () => ({ done: true }))
  await t.rejects(upstream.generate(question(), { signal }), { code: 'QUALM_ERR_UPSTREAM' })
})
