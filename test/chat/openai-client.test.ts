/** The official client of OpenAI's API, unchanged but for its base URL. */
import OpenAI, { APIError, BadRequestError, NotFoundError, RateLimitError } from 'openai'
import t from 'tap'
import { completion, completionChunks } from '../fixtures/completions.js'
import { ALIAS, setupChat, type ChatSetup } from '../fixtures/chat-setup.js'
import { hang, json, limited, problem, reply, sse } from '../fixtures/upstream-server.js'

const messages = [{ role: 'user' as const, content: 'What is the capital of Australia?' }]
const TOKENS = [
  { text: 'Can', logprob: -0.11 },
  { text: 'berra', logprob: -0.31 }
]
const ANSWER = completion({ tokens: TOKENS })
const CHUNKS = completionChunks({ tokens: TOKENS })

type Scored = { uncertainty?: { scores: Record<string, { value: number | null; status: string }> } }

async function clientOf(setup: ChatSetup): Promise<OpenAI> {
  return new OpenAI({ baseURL: `${await setup.url()}/v1`, apiKey: 'unused', maxRetries: 0 })
}

t.test('an answer is read as ever, and its uncertainty is beside it', async (t) => {
  const client = await clientOf(await setupChat(t, json(ANSWER)))
  const answer = await client.chat.completions.create({ model: ALIAS, messages })
  t.equal(answer.choices[0]?.message.content, 'Canberra')
  t.equal(answer.choices[0]?.logprobs, null)
  t.equal((answer as Scored).uncertainty?.scores['g_nll']?.status, 'ok')
})

t.test('a stream is read as ever, and its last chunk tells the uncertainty', async (t) => {
  const client = await clientOf(await setupChat(t, sse(CHUNKS)))
  let text = ''
  let scored: Scored = {}
  for await (const chunk of await client.chat.completions.create({ model: ALIAS, messages, stream: true })) {
    text += chunk.choices[0]?.delta.content ?? ''
    scored = chunk as Scored
  }
  t.equal(text, 'Canberra')
  t.equal(scored.uncertainty?.scores['g_nll']?.status, 'ok')
})

t.test('the helper that gathers a stream gathers the answer', async (t) => {
  const client = await clientOf(await setupChat(t, sse(CHUNKS)))
  const whole = await client.chat.completions.stream({ model: ALIAS, messages }).finalChatCompletion()
  t.equal(whole.choices[0]?.message.content, 'Canberra')
  t.equal(whole.choices[0]?.finish_reason, 'stop')
})

t.test('tools, choices, log-probabilities and JSON mode go through', async (t) => {
  const call = { id: 'c1', type: 'function', function: { name: 'weather', arguments: '{"city":"Canberra"}' } }
  const message = { role: 'assistant', content: null, tool_calls: [call], refusal: null }
  const withTools = { ...ANSWER, choices: [{ ...ANSWER.choices[0], message, finish_reason: 'tool_calls' }] }
  const setup = await setupChat(
    t,
    reply(({ body }) => {
      const asked = body as { tools?: unknown; n?: number; response_format?: unknown }
      if (asked.tools !== undefined) return json(withTools)
      if (asked.response_format !== undefined) return json(completion({ text: '{"city":"Canberra"}' }))
      return json(completion({ tokens: TOKENS, n: asked.n ?? 1 }))
    })
  )
  const client = await clientOf(setup)
  const tools = [{ type: 'function' as const, function: { name: 'weather', parameters: { type: 'object' } } }]
  const called = await client.chat.completions.create({ model: ALIAS, messages, tools })
  t.match(called.choices[0]?.message.tool_calls, [call])
  const several = await client.chat.completions.create({
    model: ALIAS,
    messages,
    n: 3,
    logprobs: true,
    top_logprobs: 2
  })
  t.equal(several.choices.length, 3)
  t.equal(several.choices[2]?.logprobs?.content?.[1]?.token, 'berra')
  const format = { type: 'json_object' as const }
  const inJson = await client.chat.completions.create({ model: ALIAS, messages, response_format: format })
  t.strictSame(JSON.parse(inJson.choices[0]?.message.content ?? ''), { city: 'Canberra' })
  t.match(setup.server.requests.at(-1)?.body, { response_format: format })
})

t.test('errors are the classes that clients catch', async (t) => {
  const setup = await setupChat(t, problem(400, 'too many tokens'))
  const client = await clientOf(setup)
  const fails = async (model: string, stream = false): Promise<unknown> =>
    client.chat.completions.create({ model, messages, stream }).then(
      () => null,
      (error: unknown) => error
    )
  const refused = await fails(ALIAS)
  t.ok(refused instanceof BadRequestError && refused.message.includes('too many tokens'))
  setup.server.use(limited('5'))
  const late = await fails(ALIAS, true)
  t.ok(late instanceof RateLimitError && late.headers.get('retry-after') === '5')
  const unknown = await fails('no-such')
  t.ok(unknown instanceof NotFoundError && unknown.code === 'QUALM_ERR_UNKNOWN_MODEL' && unknown.param === 'model')
})

t.test('a stream that breaks off is an error to the client', async (t) => {
  const client = await clientOf(
    await setupChat(
      t,
      sse(CHUNKS.slice(0, 2), (response) => {
        response.end()
      })
    )
  )
  const stream = await client.chat.completions.create({ model: ALIAS, messages, stream: true })
  const read = async (): Promise<void> => {
    for await (const chunk of stream) t.notOk('uncertainty' in chunk)
  }
  const error: unknown = await read().catch((reason: unknown) => reason)
  t.ok(error instanceof APIError && error.code === 'QUALM_ERR_UPSTREAM')
})

t.test('leaving a stream closes the call to the upstream', async (t) => {
  const setup = await setupChat(t, sse(CHUNKS.slice(0, 2), hang))
  const client = await clientOf(setup)
  const closed = setup.server.nextClose()
  // A connection of its own: the client's pool would open a spare one that outlives the test.
  const options = { headers: { connection: 'close' } }
  const stream = await client.chat.completions.create({ model: ALIAS, messages, stream: true }, options)
  for await (const chunk of stream) if (chunk.choices[0]?.delta.content === 'Can') break
  await closed
  t.equal(setup.server.closed, 1)
  setup.app.server.closeAllConnections()
})
