import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import t from 'tap'
import { completionChunks } from '../fixtures/completions.js'
import { ALIAS, setupChat, type ChatSetup, type Json } from '../fixtures/chat-setup.js'
import { hang, problem, sse, type Answer } from '../fixtures/upstream-server.js'

const messages = [{ role: 'user', content: 'What is the capital of Australia?' }]
const TOKENS = [
  { text: 'Can', logprob: -0.11 },
  { text: 'berra', logprob: -0.31 }
]
const CHUNKS = completionChunks({ tokens: TOKENS })
const USAGE = {
  id: 'chatcmpl-1',
  object: 'chat.completion.chunk',
  created: 1_700_000_000,
  model: 'test-model',
  choices: [],
  usage: { prompt_tokens: 7, completion_tokens: 2, total_tokens: 9 }
}

/** Events of a stream as text, in order. */
const eventsIn = (text: string): string[] => text.split(/(?<=\n\n)/u).filter((event) => event !== '')
const dataIn = (text: string): Json[] =>
  eventsIn(text)
    .filter((event) => event.startsWith('data: {'))
    .map((event) => JSON.parse(event.slice('data: '.length)) as Json)

async function stream({ post }: ChatSetup, extra: object = {}): Promise<string> {
  return (await post({ model: ALIAS, messages, stream: true, ...extra })).text
}

t.test('chunks go on unchanged, and one more tells the uncertainty before the end', async (t) => {
  const setup = await setupChat(t, sse([...CHUNKS, USAGE]))
  const events = eventsIn(await stream(setup))
  const strip = (chunk: object) => JSON.stringify(chunk, (key, value: unknown) => (key === 'logprobs' ? null : value))
  const passed = [...CHUNKS, USAGE].map((chunk) => `data: ${strip(chunk)}\n\n`)
  t.strictSame(events.slice(0, passed.length), passed)
  t.equal(events.at(-1), 'data: [DONE]\n\n')
  const last = dataIn(events.at(-2)!)[0]!
  t.match(last, { id: 'chatcmpl-1', object: 'chat.completion.chunk', model: 'test-model', created: 1_700_000_000 })
  t.strictSame(last['choices'], [])
  const { scores } = last['uncertainty'] as { scores: Record<string, { value: number }> }
  // 0.11 + 0.31
  t.ok(Math.abs(scores['g_nll']!.value - 0.42) < 1e-9)
})

t.test('without scoring the stream is the upstream’s to the byte', async (t) => {
  const raw =
    ': ping\r\n\r\nevent: x\r\ndata: {"choices":[{"index":0,"delta":{"content":"\\u0043"}}]}\r\n\r\ndata: [DONE]\r\n\r\n'
  const setup = await setupChat(t, (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).end(raw)
  })
  t.equal(await stream(setup, { uncertainty: false }), raw)
})

t.test('comments, line ends and bytes that are split anywhere come through', async (t) => {
  const chunk = '{"choices":[{"index":0,"delta":{"content":"é"},"finish_reason":"stop"}]}'
  const raw = `: ping\r\n\r\ndata: ${chunk}\r\n\r\n`
  const setup = await setupChat(t, async (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const byte of Buffer.from(`${raw}data: [DONE]\r\n\r\n`)) {
      response.write(Uint8Array.of(byte))
      await new Promise(setImmediate)
    }
    response.end()
  })
  const text = await stream(setup)
  t.ok(text.startsWith(raw), text)
  t.match(text.slice(raw.length), /^data: \{.*"uncertainty":\{.*\}\}\n\ndata: \[DONE\]\r\n\r\n$/su)
})

t.test('a chunk is there before the next one is written', async (t) => {
  let release: () => void = () => undefined
  const gate = new Promise<void>((resolve) => {
    release = resolve
  })
  const rest: Answer = async (response) => {
    await gate
    response.end(`data: ${JSON.stringify(CHUNKS.at(-1))}\n\ndata: [DONE]\n\n`)
  }
  const setup = await setupChat(t, sse(CHUNKS.slice(0, 2), rest))
  const body = JSON.stringify({ model: ALIAS, messages, stream: true })
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(`${await setup.url()}/v1/chat/completions`, { method: 'POST', headers, body })
  const reader = response.body!.getReader()
  let seen = ''
  // Would wait for ever if the second chunk were held back until the third.
  while (!seen.includes('"Can"')) seen += Buffer.from((await reader.read()).value ?? []).toString('utf8')
  release()
  for (let part = await reader.read(); !part.done; part = await reader.read())
    seen += Buffer.from(part.value).toString()
  t.match(seen, /uncertainty/)
})

t.test('a client that leaves closes the call to the upstream', async (t) => {
  const setup = await setupChat(t, sse(CHUNKS.slice(0, 2), hang))
  const options = { method: 'POST', headers: { 'content-type': 'application/json' } }
  const client = request(`${await setup.url()}/v1/chat/completions`, options)
  client.end(JSON.stringify({ model: ALIAS, messages, stream: true }))
  const [response] = (await once(client, 'response')) as [IncomingMessage]
  await once(response, 'data')
  const closed = setup.server.nextClose()
  client.destroy()
  await closed
  t.equal(setup.server.closed, 1)
})

t.test('an upstream that breaks off gives an error event and no number', async (t) => {
  const broken: Answer = (response) => {
    response.write(': all that went before has been sent\n\n', () => {
      setImmediate(() => response.socket?.destroy())
    })
  }
  const ended: Answer = (response) => {
    response.end()
  }
  for (const end of [broken, ended]) {
    const setup = await setupChat(t, sse(CHUNKS.slice(0, 2), end))
    const chunks = dataIn(await stream(setup))
    t.match(chunks.at(-1), { error: { type: 'server_error', code: 'QUALM_ERR_UPSTREAM' } })
    t.notOk(chunks.some((chunk) => 'uncertainty' in chunk))
  }
})

t.test('an error that the upstream sends in its stream is passed on, without a number', async (t) => {
  const error = { error: { message: 'out of memory', type: 'server_error', param: null, code: null } }
  const chunks = dataIn(await stream(await setupChat(t, sse([CHUNKS[0], error]))))
  t.strictSame(chunks.at(-1), error)
  t.equal(chunks.length, 2)
})

t.test('a stream that ends without [DONE] but whole is scored', async (t) => {
  const end: Answer = (response) => {
    response.end()
  }
  const chunks = dataIn(await stream(await setupChat(t, sse(CHUNKS, end))))
  t.match(chunks.at(-1), { uncertainty: { scores: { g_nll: { status: 'ok' } } } })
})

t.test('calls of tools in a stream have no uncertainty', async (t) => {
  const call = { index: 0, id: 'c1', type: 'function', function: { name: 'weather', arguments: '{}' } }
  const chunk = (choice: object) => ({ ...USAGE, usage: undefined, choices: [{ index: 0, ...choice }] })
  const chunks = [chunk({ delta: { role: 'assistant', content: null } }), chunk({ delta: { tool_calls: [call] } })]
  const last = chunk({ delta: {}, finish_reason: 'tool_calls' })
  const got = dataIn(await stream(await setupChat(t, sse([...chunks, last]))))
  t.match(got.at(-1), { uncertainty: { scores: { g_nll: { status: 'skipped', reason: 'no_answer_text' } } } })
})

t.test('a stream of text without log-probabilities is learned from, and its scores say so', async (t) => {
  const setup = await setupChat(t, sse(completionChunks({ text: 'Canberra it is' })))
  const got = dataIn(await stream(setup))
  t.match(got.at(-1), {
    uncertainty: { scores: { g_nll: { status: 'skipped', value: null, reason: 'upstream_no_logprobs' } } }
  })
  t.strictSame(setup.learned, [{ logprobs: false }])
  await stream(setup)
  t.notOk('logprobs' in (setup.server.requests[1]?.body as Json), 'it is not asked for them again')
  t.equal(setup.learned.length, 1)
})

t.test('nothing is learned from a stream that tells them, calls tools, or breaks off', async (t) => {
  const setup = await setupChat(t, sse(CHUNKS))
  await stream(setup)
  const call = { index: 0, id: 'c1', type: 'function', function: { name: 'weather', arguments: '{}' } }
  const [head] = completionChunks({ text: 'a' }) as [{ choices: object[] }]
  const calls = [{ delta: { tool_calls: [call] } }, { delta: {}, finish_reason: 'tool_calls' }]
  setup.server.use(sse([head, ...calls.map((choice) => ({ ...head, choices: [{ index: 0, ...choice }] }))]))
  await stream(setup)
  setup.server.use(sse(completionChunks({ text: 'Canberra it is' }).slice(0, 2), (response) => void response.end()))
  t.match(await stream(setup), /QUALM_ERR_UPSTREAM/)
  t.strictSame(setup.learned, [])
})

t.test('a refusal in place of a stream is an answer of its own', async (t) => {
  const { post } = await setupChat(t, problem(429, 'Rate limit reached', { 'retry-after': '3' }))
  const got = await post({ model: ALIAS, messages, stream: true })
  t.match([got.status, got.headers.get('retry-after'), got.json], [429, '3', { error: { message: /Rate limit/ } }])
})
