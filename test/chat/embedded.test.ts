/** Chat with the embedded weights, as the README shows it. */
import { join } from 'node:path'
import OpenAI from 'openai'
import t from 'tap'
import { createPool } from '../../src/engine/pool.js'
import { build } from '../helper.js'
import { packageRoot } from '../fixtures/package-root.js'

type Json = Record<string, unknown>
type Choice = { message: { content: string }; finish_reason: string; logprobs: { content: Json[] } | null }

const MODEL = 'SmolLM2-135M-Instruct'.toLowerCase()
const engine = createPool({
  modelsDir: join(packageRoot, 'models'),
  cacheDir: join(packageRoot, 'no-cache'),
  allowDownloads: false,
  languageModel: 'SmolLM2-135M-Instruct',
  entailmentModel: null,
  embeddingModel: null,
  threads: 2,
  maxRows: 4,
  maxBatchTokens: 256,
  promptCacheBytes: 1 << 20
})
t.teardown(() => engine.close())
await engine.ready()
const model = engine.models()[0]!.id
const app = await build(t, { engine })
const messages = [{ role: 'user', content: 'What is the capital of France? Answer with a short phrase.' }]

async function post(body: object) {
  const response = await app.inject({ method: 'POST', url: '/v1/chat/completions', payload: { messages, ...body } })
  return { status: response.statusCode, headers: response.headers, text: response.body }
}
const json = async (body: object) => JSON.parse((await post(body)).text) as Json & { choices: Choice[] }
const dataIn = (text: string): Json[] =>
  text
    .split('\n\n')
    .filter((event) => event.startsWith('data: {'))
    .map((event) => JSON.parse(event.slice(6)) as Json)
const textOf = (chunks: readonly Json[], index = 0): string =>
  chunks
    .flatMap((chunk) => chunk['choices'] as { index: number; delta: { content?: string } }[])
    .filter((choice) => choice.index === index)
    .map(({ delta }) => delta.content ?? '')
    .join('')

t.test('a question is answered and scored', async (t) => {
  t.equal(model.toLowerCase(), MODEL)
  const answer = await json({ temperature: 0, max_tokens: 24 })
  t.match(answer, { object: 'chat.completion', model, choices: [{ index: 0, logprobs: null }] })
  t.match(answer.choices[0]!.message.content, /Paris/)
  t.match(answer['uncertainty'], { object: 'uncertainty.score', scores: { g_nll: { status: 'ok' } } })
  t.match(answer['usage'], { prompt_tokens: Number, completion_tokens: Number })
})

t.test('its G-NLL is that of POST /v1/score', async (t) => {
  const { uncertainty } = await json({ temperature: 0, max_tokens: 24 })
  const payload = { messages, scorers: ['g_nll'], sampling: { max_tokens: 24 } }
  const direct = (await app.inject({ method: 'POST', url: '/v1/score', payload })).json() as Json
  const valueIn = (result: unknown) => (result as { scores: { g_nll: { value: number } } }).scores.g_nll.value
  t.ok(Math.abs(valueIn(uncertainty) - valueIn(direct)) < 1e-6)
})

t.test('the stream is the whole answer in pieces', async (t) => {
  const body = { seed: 5, max_tokens: 24, n: 2, logprobs: true }
  const whole = await json(body)
  const { text, headers } = await post({ ...body, stream: true, stream_options: { include_usage: true } })
  t.match(headers['content-type'], /text\/event-stream/)
  t.ok(text.endsWith('data: [DONE]\n\n'))
  const chunks = dataIn(text)
  whole.choices.forEach(({ message }, index) => t.equal(textOf(chunks, index), message.content))
  const tokens = chunks
    .flatMap((chunk) => chunk['choices'] as { index: number; logprobs: { content: Json[] } | null }[])
    .flatMap((choice) => (choice.index === 0 ? (choice.logprobs?.content ?? []) : []))
  t.strictSame(tokens, whole.choices[0]!.logprobs!.content)
  t.match(chunks.at(-2), { choices: [], usage: whole['usage'] as object })
  t.match(chunks.at(-1), { choices: [], uncertainty: { scores: { g_nll: { status: 'ok' } } } })
})

t.test('the official client reads the stream of the embedded model', async (t) => {
  const baseURL = `${await app.listen({ port: 0, host: '127.0.0.1' })}/v1`
  const client = new OpenAI({ baseURL, apiKey: 'unused', maxRetries: 0 })
  const question = [{ role: 'user' as const, content: messages[0]!.content }]
  const asked = { model, messages: question, temperature: 0, max_tokens: 24 }
  const whole = await client.chat.completions.stream(asked).finalChatCompletion()
  t.match(whole.choices[0]?.message.content, /Paris/)
})

t.test('a stop string is never sent, in whole or in part', async (t) => {
  const free = (await json({ temperature: 0, max_tokens: 24 })).choices[0]!.message.content
  const stop = free.slice(free.indexOf('Paris') + 1, free.indexOf('Paris') + 5)
  const expected = free.slice(0, free.indexOf(stop))
  const body = { temperature: 0, max_tokens: 24, stop: [stop, `${stop} and more`] }
  const whole = await json({ ...body, logprobs: true })
  t.equal(whole.choices[0]!.message.content, expected)
  t.equal(whole.choices[0]!.logprobs!.content.map((token) => token['token']).join(''), expected)
  t.equal(textOf(dataIn((await post({ ...body, stream: true })).text)), expected)
})

t.test('what it does not offer is refused in OpenAI’s form', async (t) => {
  const image = [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:,' } }] }]
  for (const [param, body] of [
    ['tools', { tools: [{ type: 'function', function: { name: 'f' } }] }],
    ['response_format', { response_format: { type: 'json_object' } }],
    ['messages[0].content', { messages: image }],
    ['temperature', { temperature: 3 }],
    ['n', { n: 0 }]
  ] as const) {
    const { status, text } = await post(body)
    t.equal(status, 400)
    t.match(JSON.parse(text), { error: { type: 'invalid_request_error', code: 'QUALM_ERR_VALIDATION', param } })
  }
})

t.test('a prompt that is too long is told as such, streamed or not', async (t) => {
  const long = [{ role: 'user', content: 'word '.repeat(40_000) }]
  for (const stream of [false, true]) {
    const { status, text } = await post({ messages: long, stream })
    t.equal(status, 422)
    t.match(JSON.parse(text), { error: { code: 'QUALM_ERR_PROMPT_TOO_LONG' } })
  }
})

t.test('without scoring there is no `uncertainty`', async (t) => {
  t.notOk('uncertainty' in (await json({ max_tokens: 2, uncertainty: false })))
})

t.test('penalties and biases, which the embedded model lacks, are refused unless they are none', async (t) => {
  for (const [field, value] of [
    ['frequency_penalty', 0.5],
    ['presence_penalty', -1],
    ['logit_bias', { 50: 10 }]
  ] as const) {
    const { status, text } = await post({ [field]: value })
    t.equal(status, 400)
    t.match(text, new RegExp(field, 'u'))
  }
  const none = await post({ frequency_penalty: 0, presence_penalty: 0, logit_bias: {}, max_tokens: 1 })
  t.equal(none.status, 200)
})
