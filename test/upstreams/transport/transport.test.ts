import t from 'tap'
import { after, hang, json, problem, sse, stall, type Answer } from '../../fixtures/upstream-server.js'
import { completion, completionChunks } from '../../fixtures/completions.js'
import { ask, ASK, failure, KEY, never, text, transportTo } from './under-test.js'

t.test('a request carries the key, asks for plain bytes and sends JSON', async (t) => {
  const { server, transport } = await transportTo(t, json(completion({ text: 'Paris' })))
  const reply = await transport.request(
    { ...ASK, headers: { Authorization: 'Bearer other', Traceparent: '00-1' } },
    { signal: never() }
  )
  t.match(JSON.parse(reply.text), { choices: [{ message: { content: 'Paris' } }] })
  t.match(server.requests[0], {
    method: 'POST',
    path: '/v1/chat/completions',
    headers: { authorization: `Bearer ${KEY}`, 'accept-encoding': 'identity', traceparent: '00-1' },
    body: { model: 'm' }
  })
})

t.test('without a key there is no authorization header', async (t) => {
  const { server, transport } = await transportTo(t, json({}), {}, { apiKey: null })
  await ask(transport)
  t.equal(server.requests[0]?.headers.authorization, undefined)
})

t.test('a path that starts with two slashes starts at the origin', async (t) => {
  const { server, transport } = await transportTo(t, json({}))
  await transport.request({ path: '//props' }, { signal: never() })
  await transport.request({ path: '/models' }, { signal: never() })
  t.match(server.requests, [
    { method: 'GET', path: '/props', body: null },
    { method: 'GET', path: '/v1/models', body: null }
  ])
})

t.test('connections are kept', async (t) => {
  const { server, transport } = await transportTo(t, json({}))
  for (let calls = 0; calls < 6; calls += 1) await ask(transport)
  t.ok(new Set(server.requests.map(({ port }) => port)).size < 6)
})

t.test('an open answer comes as it is, chunk by chunk', async (t) => {
  const chunks = completionChunks({
    tokens: [
      { text: 'Par', logprob: -0.1 },
      { text: 'is', logprob: -0.2 }
    ]
  })
  const { transport } = await transportTo(t, sse(chunks))
  const { status, headers, body } = await transport.open(ASK, { signal: never() })
  t.equal(status, 200)
  t.equal(headers['content-type'], 'text/event-stream')
  const lines = (await text(body)).trimEnd().split('\n\n')
  t.strictSame(lines, [...chunks.map((chunk) => `data: ${JSON.stringify(chunk)}`), 'data: [DONE]'])
  t.equal(transport.stats().outcomes['ok'], 1)
})

t.test('an open answer is handed on whatever its status, and counted for what it is', async (t) => {
  const { transport } = await transportTo(t, problem(422, 'no such parameter'))
  const { status, body } = await transport.open(ASK, { signal: never() })
  t.equal(status, 422)
  t.match(await text(body), /no such parameter/u)
  t.equal(transport.stats().outcomes['refused'], 1)
})

t.test('whoever leaves while nothing has come gets their reason, and the connection is closed', async (t) => {
  const { server, transport } = await transportTo(t, hang)
  const leaving = new AbortController()
  const call = ask(transport, leaving.signal)
  await server.arrived(1)
  const closed = server.nextClose()
  const reason = new Error('gone')
  leaving.abort(reason)
  t.equal(await call.catch((error: unknown) => error), reason)
  await closed
  t.equal(transport.stats().open, 0)
})

t.test('whoever leaves in mid-stream gets their reason, and the connection is closed', async (t) => {
  const { server, transport } = await transportTo(t, stall('data: {}\n\n'))
  const leaving = new AbortController()
  const { body } = await transport.open(ASK, { signal: leaving.signal })
  const closed = server.nextClose()
  const reason = new Error('gone')
  const read = (async () => {
    for await (const chunk of body) leaving.abort(chunk.byteLength === 10 ? reason : new Error('wrong chunk'))
  })()
  t.equal(await read.catch((error: unknown) => error), reason)
  await closed
  t.equal(transport.stats().outcomes['cancelled'], 1)
})

t.test('a reader who stops early closes the connection', async (t) => {
  const { server, transport } = await transportTo(t, stall('data: {}\n\n'))
  const { body } = await transport.open(ASK, { signal: never() })
  const closed = server.nextClose()
  for await (const chunk of body) {
    t.ok(chunk)
    break
  }
  await closed
  t.pass('the server saw it')
})

t.test('five callers who leave close five connections', async (t) => {
  const { server, transport } = await transportTo(t, hang)
  const leaving = new AbortController()
  const calls = Array.from({ length: 5 }, () => ask(transport, leaving.signal))
  await server.arrived(5)
  leaving.abort(new Error('gone'))
  const results = await Promise.allSettled(calls)
  t.ok(results.every(({ status }) => status === 'rejected'))
  while (server.closed < 5) await server.nextClose()
  t.equal(server.closed, 5)
  t.match(transport.stats(), { open: 0, waiting: 0, outcomes: { cancelled: 5 } })
})

t.test('a signal that has fired already sends nothing', async (t) => {
  const { server, transport } = await transportTo(t, json({}))
  await t.rejects(ask(transport, AbortSignal.abort(new Error('gone'))), { message: 'gone' })
  await ask(transport)
  t.equal(server.requests.length, 1)
})

t.test('calls wait for a place in order, and those beyond the queue are turned away', async (t) => {
  let open = (): void => undefined
  const gate = new Promise<void>((resolve) => {
    open = resolve
  })
  const limits = { max_concurrency: 1, max_waiting: 1 }
  const { server, transport } = await transportTo(t, after(gate, json({})), limits)
  const first = ask(transport)
  const second = ask(transport)
  await server.arrived(1)
  t.match(transport.stats(), { open: 1, waiting: 1 })
  t.match(await failure(ask(transport)), { code: 'QUALM_ERR_QUEUE_FULL', status: 503, retryAfterSeconds: 1 })
  t.equal(server.requests.length, 1)
  open()
  await Promise.all([first, second])
  t.match(transport.stats(), { open: 0, waiting: 0, outcomes: { ok: 2, full: 1 } })
})

t.test('who waits for a place leaves at once', async (t) => {
  const { server, transport } = await transportTo(t, hang, { max_concurrency: 1 })
  const leaving = new AbortController()
  const first = ask(transport, leaving.signal)
  const impatient = new AbortController()
  const second = ask(transport, impatient.signal)
  await server.arrived(1)
  impatient.abort(new Error('impatient'))
  await t.rejects(second, { message: 'impatient' })
  t.match(transport.stats(), { open: 1, waiting: 0 })
  leaving.abort(new Error('gone'))
  await t.rejects(first, { message: 'gone' })
})

t.test('an open answer holds its place until it is read', async (t) => {
  const { transport } = await transportTo(t, [sse([{ a: 1 }]), json({})], { max_concurrency: 1 })
  const { body } = await transport.open(ASK, { signal: never() })
  const second = ask(transport)
  t.match(transport.stats(), { open: 1, waiting: 1 })
  await text(body)
  t.equal((await second).status, 200)
})

t.test('an open answer that nobody reads is given up after its time', async (t) => {
  const { server, transport } = await transportTo(t, stall('data'), { timeout_ms: 100 })
  const closed = server.nextClose()
  const { body } = await transport.open(ASK, { signal: never() })
  await closed
  t.match(await failure(text(body)), { code: 'QUALM_ERR_UPSTREAM_TIMEOUT' })
})

t.test('a slow call is made a second time where hedging is on, and the loser is closed', async (t) => {
  const { server, transport } = await transportTo(t, [hang, json({ second: true })], { hedge_ms: 20 })
  const closed = server.nextClose()
  t.equal((await ask(transport)).text, '{"second":true}')
  await closed
  t.equal(server.requests.length, 2)
  t.match(transport.stats(), { open: 0, outcomes: { ok: 1 } })
})

t.test('a hedged call whose second try fails waits for the first', async (t) => {
  let open = (): void => undefined
  const gate = new Promise<void>((resolve) => {
    open = resolve
  })
  const late = after(gate, json({ first: true }))
  const broken: Answer = (response) => {
    response.on('close', open)
    response.destroy()
  }
  const { transport } = await transportTo(t, [late, broken], { hedge_ms: 20 })
  t.equal((await ask(transport)).text, '{"first":true}')
})

t.test('no second call is made without a free place', async (t) => {
  const { server, transport } = await transportTo(t, hang, { hedge_ms: 1, max_concurrency: 1, timeout_ms: 200 })
  await failure(ask(transport))
  t.equal(server.requests.length, 1)
})

t.test('a key that the server tells back has stars in its place; a placeholder is a word like others', async (t) => {
  const { transport } = await transportTo(t, json({ error: { message: `bad key ${KEY}` } }))
  const { text: said } = await ask(transport)
  t.same(JSON.parse(said), { error: { message: 'bad key ***' } })
  const other = await transportTo(t, json({ text: 'EMPTY' }), {}, { apiKey: 'EMPTY' })
  t.same(JSON.parse((await ask(other.transport)).text), { text: 'EMPTY' })
})
