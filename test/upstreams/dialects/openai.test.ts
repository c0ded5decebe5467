/** Answers in the shape of OpenAI's chat completions, as its API reference has them. */
import t, { type Test } from 'tap'
import { upstreamOf, type Says } from '../../fixtures/dialect-upstream.js'
import { DRAWN, question } from '../../fixtures/upstream-client.js'
import { problem } from '../../fixtures/upstream-server.js'

const { signal } = new AbortController()

const entry = (token: string, logprob: number, bytes = [...Buffer.from(token)]) => ({
  token,
  logprob,
  bytes,
  top_logprobs: [{ token, logprob, bytes }]
})

const answer = (content: string, entries: readonly object[] | null, n = 1) => ({
  id: 'chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT',
  object: 'chat.completion',
  created: 1741569952,
  model: 'gpt-4.1-2025-04-14',
  choices: Array.from({ length: n }, (_, index) => ({
    index,
    message: { role: 'assistant', content, refusal: null, annotations: [] },
    logprobs: entries === null ? null : { content: entries, refusal: null },
    finish_reason: 'stop'
  })),
  usage: { prompt_tokens: 19, completion_tokens: 10, total_tokens: 29 },
  service_tier: 'default'
})

const open = (t: Test, says: Says) => upstreamOf(t, says, { dialect: 'openai' })

t.test('values are told with an unknown basis, and no end token', async (t) => {
  const { upstream, bodies, paths } = await open(t, () =>
    answer('Canberra', [entry('Can', -0.1), entry('berra', -0.2)])
  )
  const { rows, promptTokens, completionTokens } = await upstream.generate(question(), { signal })
  t.match(rows, [
    { text: 'Canberra', finishReason: 'stop', basis: 'unknown', tokens: [{ text: 'Can' }, { text: 'berra' }] }
  ])
  t.same([promptTokens, completionTokens], [19, 10])
  t.same(paths(), ['/v1/chat/completions'])
  t.match(bodies(), [{ temperature: 0, top_p: 1, max_tokens: 8, logprobs: true, top_logprobs: 2 }])
})

t.test('a token outside of the top 20 is a bound', async (t) => {
  const { upstream } = await open(t, () => answer('Canberra', [entry('Can', -0.1), entry('berra', -9999)]))
  const { rows } = await upstream.generate(question(), { signal })
  t.match(rows[0]?.tokens?.[1], { logprob: -100, censored: true })
})

t.test('an emoji that is split over tokens is rebuilt from its bytes', async (t) => {
  const halves = [entry('\\xf0\\x9f', -0.5, [0xf0, 0x9f]), entry('\\x98\\x80', -0.1, [0x98, 0x80])]
  const { upstream } = await open(t, () => answer('Hi 😀', [entry('Hi ', -0.3), ...halves]))
  const { rows } = await upstream.generate(question(), { signal })
  t.same(
    rows[0]?.tokens?.map(({ text }) => text),
    ['Hi ', '', '😀']
  )
})

t.test('several choices come in one call', async (t) => {
  const { upstream, bodies } = await open(t, ({ n = 1 }) => answer('Sydney', [entry('Sydney', -1)], Number(n)))
  const { rows } = await upstream.generate(question({ rows: [DRAWN, DRAWN, DRAWN] }), { signal })
  t.equal(rows.length, 3)
  t.match(bodies(), [{ n: 3, temperature: 1 }])
})

t.test('a model that thinks takes other words, and tells no log-probabilities', async (t) => {
  const { upstream, bodies } = await open(t, (body) => {
    if ('max_tokens' in body) {
      const words = "'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
      return problem(400, `Unsupported parameter: ${words}`)
    }
    if ('logprobs' in body) return problem(403, 'You are not allowed to request logprobs from this model')
    return answer('Canberra', null)
  })
  const { rows } = await upstream.generate(question(), { signal })
  t.match(rows, [{ text: 'Canberra', tokens: null, lack: { reason: 'upstream_no_logprobs' } }])
  t.match(bodies().at(-1), { max_completion_tokens: 8 })
})

t.test('an answer that is a tool call is no text, and is not asked for again', async (t) => {
  const call = { id: 'call_1', type: 'function', function: { name: 'find', arguments: '{}' } }
  const { upstream, bodies } = await open(t, () => {
    const whole = answer('', null)
    const message = { role: 'assistant', content: null, tool_calls: [call] }
    return { ...whole, choices: [{ ...whole.choices[0], message, finish_reason: 'tool_calls' }] }
  })
  const { rows } = await upstream.generate(question(), { signal })
  t.same(rows, [])
  t.equal(bodies().length, 1)
  t.equal(upstream.known(), null)
})

t.test('thoughts that were cut before the answer are none; text in parts is joined', async (t) => {
  const whole = answer('', [])
  const said = (message: object, finish: string) => ({
    ...whole,
    choices: [{ ...whole.choices[0], message, logprobs: null, finish_reason: finish }]
  })
  const { upstream } = await open(t, ({ seed }) =>
    seed === undefined ? null : said({ content: '', reasoning_content: 'Let me see' }, 'length')
  )
  t.same((await upstream.generate(question(), { signal })).rows, [])
  const parts = {
    content: [
      { type: 'text', text: 'Can' },
      { type: 'text', text: 'berra' }
    ]
  }
  const other = await open(t, () => said(parts, 'stop'))
  t.match((await other.upstream.generate(question(), { signal })).rows, [{ text: 'Canberra' }])
})
