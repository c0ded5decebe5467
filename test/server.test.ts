import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { SCORE_REQUEST_EXAMPLE } from '../src/schemas/examples.js'
import { listeningServer, type ServerProcess, spawnServer } from './fixtures/server-process.js'

/** Starts the built server with empty folders for models and data, and waits until it listens. */
async function start(t: Test, env: Record<string, string> = {}): Promise<ServerProcess> {
  const folder = t.testdir()
  const modelsDir = join(folder, 'models')
  mkdirSync(modelsDir)
  return listeningServer(t, { QUALM_MODELS_DIR: modelsDir, QUALM_DATA_DIR: join(folder, 'data'), ...env })
}

async function textOf(stream: NodeJS.ReadableStream | null): Promise<string> {
  let text = ''
  if (stream !== null) for await (const chunk of stream) text += String(chunk)
  return text
}

const post = (url: string, body: unknown) =>
  fetch(`${url}/v1/score`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body)
  })

t.test('without models the process lives, is not ready and says why, and scores supplied evidence', async (t) => {
  const server = await start(t)
  t.equal((await fetch(`${server.url}/livez`)).status, 200)
  const ready = await fetch(`${server.url}/readyz`)
  t.equal(ready.status, 503)
  t.match(await ready.json(), {
    code: 'QUALM_ERR_NOT_READY',
    checks: [
      { name: 'language', status: 'failed' },
      { name: 'entailment', status: 'failed' }
    ]
  })
  const scored = await post(server.url, SCORE_REQUEST_EXAMPLE)
  t.equal(scored.status, 200)
  t.match(await scored.json(), { scores: { g_nll: { status: 'ok', value: 0.42 } } })
})

t.test('without models a request that needs one gets a clear 503', async (t) => {
  const server = await start(t)
  const answer = await post(server.url, { prompt: 'What is the capital of Australia?', scorers: ['g_nll'] })
  t.equal(answer.status, 503)
  t.match(await answer.json(), { code: /^QUALM_ERR_(MODEL_UNAVAILABLE|NOT_READY)$/ })
})

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  t.test(`${signal} ends the process cleanly`, async (t) => {
    const server = await start(t)
    await fetch(`${server.url}/livez`)
    server.child.kill(signal)
    t.equal(await server.ended, 0)
    t.match(server.log().at(-1), { msg: 'stopped', exit_code: 0 })
  })
}

t.test('while it drains the process is alive, not ready, and still answers', async (t) => {
  const server = await start(t, { QUALM_DRAIN_DELAY_MS: '60000' })
  server.child.kill('SIGTERM')
  while (!server.log().some(({ msg }) => msg === 'stopping')) await new Promise(setImmediate)
  t.equal((await fetch(`${server.url}/livez`)).status, 200)
  const ready = await fetch(`${server.url}/readyz`)
  t.equal(ready.headers.get('connection'), 'close')
  t.match(await ready.json(), { code: 'QUALM_ERR_NOT_READY', detail: /drain/ })
  server.child.kill('SIGTERM')
  t.equal(await server.ended, 3, 'a second signal is always told by the exit code')
})

t.test('an address that is in use is told in one sentence, with what to do', async (t) => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  t.teardown(() => taken.close())
  const { port } = taken.address() as AddressInfo
  const folder = t.testdir()
  const folders = { QUALM_MODELS_DIR: folder, QUALM_DATA_DIR: join(folder, 'data') }
  const { child, ended } = spawnServer(t, { QUALM_PORT: String(port), ...folders })
  child.stdout?.resume()
  const told = `Qualm cannot start: 127.0.0.1:${port} is in use; set QUALM_PORT to another port.\n`
  t.equal(await textOf(child.stderr), told)
  t.equal(await ended, 2)
})

t.test('settings that cannot be used are all told before anything starts', async (t) => {
  const { child, ended } = spawnServer(t, { QUALM_PORT: 'x', QUALM_HOTS: 'y' })
  const told = await textOf(child.stderr)
  t.match(told, /QUALM_PORT must be integer/)
  t.match(told, /QUALM_HOTS is not a setting; did you mean "QUALM_HOST"\?/)
  t.equal(await ended, 2)
})

t.test('--help prints every setting and starts nothing', async (t) => {
  const { child, ended } = spawnServer(t, {}, ['--help'])
  t.match(await textOf(child.stdout), /QUALM_PORT=8080/)
  t.equal(await ended, 0)
})

t.test('an argument that is not known is told, and nothing starts', async (t) => {
  const { child, ended } = spawnServer(t, {}, ['--port', '9'])
  const text = textOf(child.stderr)
  t.equal(await ended, 2)
  t.match(await text, /--help, --healthcheck and --livecheck only/)
})

t.test('--healthcheck fails while the service is not ready', async (t) => {
  const server = await start(t)
  const { ended } = spawnServer(t, { QUALM_PORT: new URL(server.url).port }, ['--healthcheck'])
  t.equal(await ended, 1)
})

t.test('--healthcheck asks where the settings say that the service listens', async (t) => {
  const paths: string[] = []
  const service = createHttpServer(({ url = '' }, response) => {
    paths.push(url)
    response.end('{}')
  })
  service.listen(0, '127.0.0.1')
  await once(service, 'listening')
  t.teardown(() => service.close())
  const { port } = service.address() as AddressInfo
  const QUALM_CONFIG = join(t.testdir({ 'qualm.json': JSON.stringify({ host: '0.0.0.0', port }) }), 'qualm.json')
  const check = (env: Record<string, string>) => spawnServer(t, env, ['--healthcheck']).ended
  t.equal(await check({ QUALM_CONFIG }), 0, 'the file')
  t.equal(await check({ QUALM_CONFIG, QUALM_PORT: '9' }), 1, 'the environment wins')
  t.equal(await check({ QUALM_CONFIG, QUALM_PORT: '', QUALM_HOST: '127.0.0.1' }), 0, 'an empty variable says nothing')
  t.same(paths, ['/readyz', '/readyz'])
})

t.test('--livecheck succeeds while the service is not ready, and fails where nobody listens', async (t) => {
  const server = await start(t)
  const check = (QUALM_PORT: string) => spawnServer(t, { QUALM_PORT }, ['--livecheck']).ended
  t.equal(await check(new URL(server.url).port), 0)
  t.equal(await check('9'), 1)
})
