/** Answers in the shape of vLLM's OpenAI server. */
import t, { type Test } from 'tap'
import { Unsupported } from '../../../src/errors.js'
import { upstreamOf, type Says } from '../../fixtures/dialect-upstream.js'
import { DRAWN, question } from '../../fixtures/upstream-client.js'
import { problem, status } from '../../fixtures/upstream-server.js'

const { signal } = new AbortController()
const open = (t: Test, says: Says) => upstreamOf(t, says, { dialect: 'vllm' })

const entry = (token: string, logprob: number) => ({
  token,
  logprob,
  bytes: [...Buffer.from(token)],
  top_logprobs: [{ token, logprob, bytes: [...Buffer.from(token)] }]
})

const answer = (content: string, entries: readonly object[] | null, more: object = {}) => ({
  id: 'chatcmpl-7b2f4a1e9c6d4b1f8a3e5d7c9b0a2f4e',
  object: 'chat.completion',
  created: 1756000000,
  model: 'big',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content, refusal: null, tool_calls: [], reasoning_content: null },
      logprobs: entries === null ? null : { content: entries },
      finish_reason: 'stop',
      stop_reason: null
    }
  ],
  usage: { prompt_tokens: 36, total_tokens: 39, completion_tokens: 3, prompt_tokens_details: null },
  prompt_logprobs: null,
  kv_transfer_params: null,
  ...more
})

/** One position of a prompt as JSON: its own token first, which a parsed object would not keep. */
const position = (...entries: readonly (readonly [id: number, text: string, logprob: number])[]): string =>
  `{${entries.map(([id, text, logprob], i) => `"${id}":{"logprob":${logprob},"rank":${i + 1},"decoded_token":${JSON.stringify(text)}}`).join(',')}}`

const readAs = (...positions: readonly string[]) =>
  status(
    200,
    JSON.stringify(answer('.', null)).replace('"prompt_logprobs":null', `"prompt_logprobs":[${positions.join(',')}]`),
    { 'content-type': 'application/json' }
  )

const reading = { model: 'bot', messages: question().messages, text: 'Canberra', includeEnd: false, topCount: 1 }

t.test('values are of the model, the end token is told apart, and its defaults are not left to it', async (t) => {
  const told = [entry('Can', -0.1), entry('berra', -0.2), entry('<|im_end|>', -0.01)]
  const { upstream, bodies } = await open(t, () => answer('Canberra', told))
  const { rows } = await upstream.generate(question(), { signal })
  t.match(rows, [
    { basis: 'pre_sampling', tokens: [{ text: 'Can' }, { text: 'berra' }, { end: true, logprob: -0.01 }] }
  ])
  t.match(bodies()[0], { top_p: 1, top_k: -1, min_p: 0, repetition_penalty: 1 })
})

t.test('samples keep to the k most probable tokens when that is asked', async (t) => {
  const { upstream, bodies } = await open(t, () => answer('Canberra', [entry('Canberra', -0.1)]))
  await upstream.generate(question({ rows: [{ ...DRAWN, topK: 40 }] }), { signal })
  t.match(bodies()[0], { top_k: 40 })
})

t.test('an answer that was begun is continued, behind the turns of a client too', async (t) => {
  const { upstream, bodies } = await open(t, () => answer('berra', [entry('berra', -0.1)]))
  const chatBody = { messages: question().messages, tools: [] }
  await upstream.generate(question({ prefill: 'Can', chatBody }), { signal })
  const messages = [{ role: 'user' }, { role: 'assistant', content: 'Can' }]
  t.match(bodies()[0], { messages, continue_final_message: true, add_generation_prompt: false })
})

t.test('reasoning that is told with the tokens is left out of the answer', async (t) => {
  const told = ['<think>', 'Hm', '</think>', '\n\n', 'Can', 'berra'].map((token) => entry(token, -0.1))
  const whole = answer('Canberra', told)
  const message = { ...whole.choices[0]!.message, reasoning_content: 'Hm' }
  const { upstream } = await open(t, () => ({ ...whole, choices: [{ ...whole.choices[0], message }] }))
  const { rows } = await upstream.generate(question(), { signal })
  t.match(rows, [{ text: 'Canberra', tokens: [{ text: 'Can' }, { text: 'berra' }] }])
  t.equal(rows[0]?.tokens?.length, 2)
})

t.test('tokens that are told as ids do not rebuild the text', async (t) => {
  const { upstream } = await open(t, () => answer('Canberra', [entry('token_id:6713', -0.1)]))
  const { rows } = await upstream.generate(question(), { signal })
  t.match(rows, [{ text: 'Canberra', tokens: null, lack: { status: 'failed', reason: 'alignment_failed' } }])
})

t.test('a given text is read as the end of a prompt; its own token stands first at each position', async (t) => {
  const read = readAs(
    'null',
    position([9, '\n', -3]),
    position([900, 'Can', -1.5], [7, 'Syd', -0.3]),
    position([12, 'berra', -0.2])
  )
  const { upstream, bodies } = await open(t, () => read)
  const { tokens, promptTokens, basis } = await upstream.scoreText(reading, { signal })
  t.match(tokens, [
    { text: 'Can', id: 900, logprob: -1.5, top: [{ text: 'Syd' }, { text: 'Can' }] },
    { text: 'berra', logprob: -0.2 }
  ])
  t.same([tokens.length, promptTokens, basis], [2, 36, 'pre_sampling'])
  t.match(bodies()[0], { prompt_logprobs: 1, max_tokens: 1, continue_final_message: true })
})

t.test('the end of a given text is that of the template', async (t) => {
  const ends = [position([2, '<|im_end|>', -0.05]), position([198, '\n', -0.01])]
  const read = readAs('null', position([900, 'Can', -1.5]), position([12, 'berra', -0.2]), ...ends)
  const { upstream, bodies } = await open(t, () => read)
  const { tokens } = await upstream.scoreText({ ...reading, includeEnd: true }, { signal })
  t.match(tokens, [{ text: 'Can' }, { text: 'berra' }, { end: true, text: '', logprob: -0.05 }])
  t.match(bodies()[0], { continue_final_message: false, add_generation_prompt: false })
})

t.test('a line break that the template closes with is no end token, and not the text', async (t) => {
  const closing = [position([198, '\n', -0.01])]
  const { upstream } = await open(t, () => readAs('null', position([12, 'Canberra', -0.2]), ...closing))
  const { tokens } = await upstream.scoreText({ ...reading, includeEnd: true }, { signal })
  t.same(
    tokens.map(({ text }) => text),
    ['Canberra']
  )
  const ends = [position([198, '\n', -7]), position([2, '<|im_end|>', -0.05]), position([198, '\n', -0.0001])]
  const other = await open(t, () => readAs('null', ...ends))
  const breaks = await other.upstream.scoreText({ ...reading, text: '\n', includeEnd: true }, { signal })
  t.match(breaks.tokens, [{ logprob: -7 }, { end: true, logprob: -0.05 }])
})

t.test('the same words in the question are not taken for the answer', async (t) => {
  const prompt = [position([5, 'Canberra', -0.01]), position([198, '\n', -0.1]), position([6, ' Canberra', -4])]
  const { upstream } = await open(t, () => readAs('null', ...prompt))
  const failed = await upstream.scoreText(reading, { signal }).catch((error: unknown) => error)
  t.equal(failed instanceof Unsupported && failed.reason, 'alignment_failed')
})

t.test('a text whose first token is joined to the template is not read', async (t) => {
  const { upstream } = await open(t, () => readAs('null', position([1, '\nCan', -1]), position([12, 'berra', -0.2])))
  const failed = await upstream.scoreText(reading, { signal }).catch((error: unknown) => error)
  t.equal(failed instanceof Unsupported && failed.reason, 'alignment_failed')
})

t.test('prompt log-probabilities that are refused or left out are a failure, not a number', async (t) => {
  const { upstream } = await open(t, () => answer('.', null))
  await t.rejects(upstream.scoreText(reading, { signal }), { code: 'QUALM_ERR_UPSTREAM' })
  const other = await open(t, () => problem(400, 'prompt_logprobs are disabled'))
  await t.rejects(other.upstream.scoreText(reading, { signal }), { code: 'QUALM_ERR_UPSTREAM_REFUSED' })
})
