import { Agent, request as open, type IncomingMessage } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import type { FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import { EXIT, Shutdown } from '../../src/http/shutdown.js'
import { createFakeScoring, fakeResult } from '../fixtures/fake-scoring.js'
import { build, type Overrides } from '../helper.js'

const POST_HEAD = 'POST /v1/score HTTP/1.1\r\nhost: x\r\n'
const BODY = JSON.stringify({ prompt: 'q', answer: 'a', scorers: ['g_nll'] })

function deferred<T = void>() {
  let resolve!: (value: T) => void
  const promise = new Promise<T>((done) => {
    resolve = done
  })
  return { promise, resolve }
}

async function listen(t: Test, overrides: Overrides = {}): Promise<{ app: FastifyInstance; port: number }> {
  const app = await build(t, overrides)
  await app.listen({ host: '127.0.0.1', port: 0 })
  return { app, port: (app.server.address() as AddressInfo).port }
}

/** Scoring that waits: `begun` resolves when it is asked; it answers once `release` is called or its signal fires. */
function blockedScoring() {
  const begun = deferred()
  const release = deferred()
  const aborted = deferred<unknown>()
  const scoring = createFakeScoring(async (_request, { signal }) => {
    signal.addEventListener('abort', () => aborted.resolve(signal.reason))
    begun.resolve()
    await Promise.race([release.promise, aborted.promise])
    signal.throwIfAborted()
    return fakeResult()
  })
  return { scoring, begun: begun.promise, release: () => release.resolve(), aborted: aborted.promise }
}

interface Answer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

async function read(response: IncomingMessage): Promise<Answer> {
  let body = ''
  for await (const chunk of response) body += String(chunk)
  return { status: response.statusCode ?? 0, headers: response.headers, body }
}

interface Asked {
  readonly body?: string
  readonly agent?: Agent
  readonly type?: string
}

async function ask(port: number, path: string, asked: Asked = {}): Promise<Answer> {
  const { body, agent, type = 'application/json' } = asked
  const request = open({
    host: '127.0.0.1',
    port,
    path,
    agent,
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'content-type': type }
  })
  request.end(body)
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  return read(response)
}

/** A request whose body the test writes itself. */
function beginPost(port: number, type: string) {
  return open({ host: '127.0.0.1', port, path: '/v1/score', method: 'POST', headers: { 'content-type': type } })
}

function keepAlive(t: Test): Agent {
  const agent = new Agent({ keepAlive: true })
  t.teardown(() => agent.destroy())
  return agent
}

/** Sends bytes and gives whatever comes back until the server closes. */
async function raw(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  let answer = ''
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    answer += chunk
  })
  socket.on('error', () => undefined)
  socket.write(text)
  await once(socket, 'close')
  return answer
}

t.test('a client that waits is not taken for gone once its body is read', async (t) => {
  const blocked = blockedScoring()
  const { port } = await listen(t, { scoring: blocked.scoring })
  const answer = ask(port, '/v1/score', { body: BODY })
  await blocked.begun
  for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate)
  t.equal(blocked.scoring.contexts[0]?.signal.aborted, false)
  blocked.release()
  t.equal((await answer).status, 200)
})

t.test('a client that leaves aborts its request', async (t) => {
  const blocked = blockedScoring()
  const { app, port } = await listen(t, { scoring: blocked.scoring })
  const request = beginPost(port, 'application/json')
  request.on('error', () => undefined)
  request.end(BODY)
  await blocked.begun
  request.destroy()
  t.match(await blocked.aborted, { code: 'QUALM_ERR_CLIENT_GONE' })
  t.equal(app.activeRequests.size, 0)
})

t.test('an answered request is not aborted when its kept connection closes later', async (t) => {
  const scoring = createFakeScoring()
  const { port } = await listen(t, { scoring })
  const agent = keepAlive(t)
  await ask(port, '/v1/score', { body: BODY, agent })
  agent.destroy()
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate)
  t.equal(scoring.contexts[0]?.signal.aborted, false)
})

t.test('answers to lines arrive before the last line is sent', async (t) => {
  const { port } = await listen(t)
  const request = beginPost(port, 'application/x-ndjson')
  request.write(`${BODY}\n`)
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  const [first] = (await once(response, 'data')) as [Buffer]
  t.match(JSON.parse(first.toString()), { object: 'uncertainty.score' })
  request.end(`${BODY}\n`)
  t.match(JSON.parse((await read(response)).body), { object: 'uncertainty.score' })
})

t.test(
  'bytes that break a request whose answer has begun end the connection and put nothing into the answer',
  async (t) => {
    const { port } = await listen(t)
    const socket = connect(port, '127.0.0.1')
    let received = ''
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      received += chunk
    })
    const line = `${BODY}\n`
    const head = `${POST_HEAD}content-type: application/x-ndjson\r\ntransfer-encoding: chunked\r\n\r\n`
    socket.write(`${head}${line.length.toString(16)}\r\n${line}\r\n`)
    while (!received.includes('uncertainty.score')) await once(socket, 'data')
    const before = received.length
    socket.write('zzz\r\n')
    await once(socket, 'close')
    t.equal(received.slice(before), '')
  }
)

t.test('a client that leaves in the middle of its lines aborts those that run and disturbs nobody', async (t) => {
  const blocked = blockedScoring()
  const { port } = await listen(t, { scoring: blocked.scoring })
  const request = beginPost(port, 'application/x-ndjson')
  request.on('error', () => undefined)
  request.write(`${BODY}\n${BODY}\n`)
  await blocked.begun
  request.destroy()
  t.match(await blocked.aborted, { code: 'QUALM_ERR_CLIENT_GONE' })
  t.equal((await ask(port, '/livez')).status, 200)
})

for (const [what, text, status] of [
  ['bytes that are no HTTP', 'hello\r\n\r\n', 400],
  ['an unknown method', 'FROB / HTTP/1.1\r\nhost: x\r\n\r\n', 400],
  ['a NUL in a header', 'GET /livez HTTP/1.1\r\nhost: x\r\nx-a: a\0b\r\n\r\n', 400],
  ['content-length with chunked', `${POST_HEAD}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`, 400],
  ['64 KiB of headers', `GET /livez HTTP/1.1\r\nhost: x\r\nx-a: ${'a'.repeat(65_536)}\r\n\r\n`, 431]
] as const) {
  t.test(`${what} get a problem document with security headers`, async (t) => {
    const { port } = await listen(t)
    const answer = await raw(port, text)
    const [head = '', body = ''] = answer.split('\r\n\r\n')
    t.match(head, new RegExp(`^HTTP/1.1 ${status} `))
    t.match(head, /content-type: application\/problem\+json/)
    t.match(head, /x-content-type-options: nosniff/)
    t.match(JSON.parse(body), { status, errors: [] })
  })
}

function stopper(app: FastifyInstance, timing: { drainDelayMs?: number; drainTimeoutMs?: number } = {}) {
  const closed: string[] = []
  const shutdown = new Shutdown({
    app,
    resources: [
      {
        close: async () => {
          closed.push(`engine, ${app.activeRequests.size} active`)
        }
      }
    ],
    drainDelayMs: 0,
    drainTimeoutMs: 60_000,
    ...timing
  })
  return { shutdown, closed }
}

t.test('a graceful stop answers the running request, closes its connection, then the engine', async (t) => {
  const blocked = blockedScoring()
  const { app, port } = await listen(t, { scoring: blocked.scoring })
  const answer = ask(port, '/v1/score', { body: BODY, agent: keepAlive(t) })
  await blocked.begun
  const { shutdown, closed } = stopper(app)
  const code = shutdown.stop()
  t.equal((await app.readiness()).status, 'not_ready')
  blocked.release()
  t.match(await answer, { status: 200, headers: { connection: 'close' } })
  // Without `Connection: close` this takes 72 seconds, longer than a test may.
  t.equal(await code, EXIT.clean)
  t.same(closed, ['engine, 0 active'])
})

t.test('while it drains the service still answers, and is not ready', async (t) => {
  const { app, port } = await listen(t)
  app.drain.begin()
  const agent = keepAlive(t)
  t.match(await ask(port, '/readyz', { agent }), { status: 503, headers: { connection: 'close' } })
  t.match(await ask(port, '/livez', { agent }), { status: 200 })
  t.match(await ask(port, '/v1/score', { body: BODY, agent }), { status: 200, headers: { connection: 'close' } })
})

t.test('a request that comes on an open connection after the doors closed gets a 503 problem', async (t) => {
  const { app, port } = await listen(t)
  app.drain.refuse()
  const answer = await ask(port, '/v1/score', { body: BODY })
  t.equal(answer.status, 503)
  t.match(JSON.parse(answer.body), { code: 'QUALM_ERR_DRAINING' })
  t.equal(answer.headers['retry-after'], '1')
})

t.test('a second stop ends running requests with 503 at once and the process with another code', async (t) => {
  const blocked = blockedScoring()
  const { app, port } = await listen(t, { scoring: blocked.scoring })
  const answer = ask(port, '/v1/score', { body: BODY, agent: keepAlive(t) })
  await blocked.begun
  const { shutdown, closed } = stopper(app)
  void shutdown.stop()
  t.equal(await shutdown.stop(), EXIT.forced)
  const { status, body } = await answer
  t.equal(status, 503)
  t.equal(JSON.parse(body).code, 'QUALM_ERR_DRAINING')
  t.same(closed, ['engine, 0 active'])
})

t.test('requests that outlive the drain time get 503', async (t) => {
  const blocked = blockedScoring()
  const { app, port } = await listen(t, { scoring: blocked.scoring })
  const answer = ask(port, '/v1/score', { body: BODY })
  await blocked.begun
  t.equal(await stopper(app, { drainTimeoutMs: 1 }).shutdown.stop(), EXIT.forced)
  t.equal((await answer).status, 503)
})

t.test('a stop with only an idle kept connection is immediate and clean', async (t) => {
  const { app, port } = await listen(t)
  await ask(port, '/livez', { agent: keepAlive(t) })
  t.equal(await stopper(app).shutdown.stop(), EXIT.clean)
})

t.test('a stop in the middle of streamed lines lets them finish and closes their connection', async (t) => {
  const blocked = blockedScoring()
  const { app, port } = await listen(t, { scoring: blocked.scoring })
  const body = `${BODY}\n${BODY}\n`
  const answer = ask(port, '/v1/score', { body, type: 'application/x-ndjson', agent: keepAlive(t) })
  await blocked.begun
  const code = stopper(app).shutdown.stop()
  blocked.release()
  t.equal((await answer).body.trim().split('\n').length, 2)
  t.equal(await code, EXIT.clean)
})

t.test('a stop does not wait for a connection that was opened ahead and never used', async (t) => {
  const { app, port } = await listen(t)
  const shutdown = new Shutdown({ app, resources: [], drainDelayMs: 0, drainTimeoutMs: 600_000 })
  const accepted = once(app.server, 'connection')
  const unused = connect(port, '127.0.0.1')
  const closed = once(unused, 'close')
  await accepted
  t.equal(await shutdown.stop(), EXIT.clean)
  await closed
})
