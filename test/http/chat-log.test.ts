/** What the log keeps of chats that go wrong once there is an answer. */
import t, { type Test } from 'tap'
import { completionChunks } from '../fixtures/completions.js'
import { setupSidecar } from '../fixtures/sidecar.js'
import { hang, json, sse, type Answer, type Script } from '../fixtures/upstream-server.js'
import { captureLog } from '../helper.js'

const messages = [{ role: 'user', content: 'What is the capital of Australia?' }]
const CHUNKS = completionChunks({ tokens: [{ text: 'Can', logprob: -0.1 }] })
/** Ends the connection in mid-stream. */
const die: Answer = (response) => void response.write(': \n\n', () => response.socket?.end())
const WARN = 40
const INFO = 30

async function logged(t: Test, script: Script) {
  const log = captureLog()
  const sidecar = await setupSidecar(t, { big: {} }, { logLevel: 'info' }, {}, { logStream: log.stream })
  const server = sidecar.server('big')
  server.use(script)
  const lines = () => log.lines().filter(({ route }) => route === '/v1/chat/completions')
  /** The line of the request, once it is written. */
  const line = async () => {
    while (lines().length === 0) await new Promise(setImmediate)
    return lines()[0]
  }
  return { ...sidecar, server, lines, line }
}

/** Opens a chat and leaves it: in mid-stream, or as soon as the upstream has it. */
async function leave({ open, server }: Awaited<ReturnType<typeof logged>>, stream: boolean): Promise<void> {
  const client = new AbortController()
  const response = open({ model: 'big', messages, stream }, client.signal)
  if (stream) await (await response).body?.getReader().read()
  else await server.arrived(1)
  client.abort()
  await response.catch(() => undefined)
}

t.test('an upstream that dies in mid-stream is a warning with its code', async (t) => {
  const { post, line, lines } = await logged(t, sse(CHUNKS.slice(0, 1), die))
  await post({ model: 'big', messages, stream: true })
  t.match(await line(), { level: WARN, msg: 'broke off', status: 200, code: 'QUALM_ERR_UPSTREAM', ms: Number })
  t.equal(lines().length, 1)
})

t.test('so is one that dies while its bytes go on unread', async (t) => {
  const { post, line } = await logged(t, sse(CHUNKS.slice(0, 1), die))
  await post({ model: 'big', messages, stream: true, uncertainty: false }).catch(() => undefined)
  t.match(await line(), { level: WARN, msg: 'broke off', code: String })
})

t.test('and one that tells an error in its stream', async (t) => {
  const { post, line } = await logged(t, sse([...CHUNKS.slice(0, 1), { error: { message: 'out of memory' } }]))
  await post({ model: 'big', messages, stream: true })
  t.match(await line(), { level: WARN, msg: 'broke off', code: 'QUALM_ERR_UPSTREAM' })
})

t.test('a client that leaves in mid-stream leaves a line, and is no fault', async (t) => {
  const setup = await logged(t, sse(CHUNKS.slice(0, 1), hang))
  await leave(setup, true)
  const line = await setup.line()
  t.match(line, { level: INFO, msg: 'client left', status: 200 })
  t.notOk('code' in line!)
})

t.test('one that leaves before the answer is counted with status 499', async (t) => {
  const setup = await logged(t, hang)
  await leave(setup, false)
  t.match(await setup.line(), { level: INFO, msg: 'client left', status: 499 })
  t.match(
    await setup.app.metrics.render(),
    'http_server_request_duration_seconds_count{method="POST",route="/v1/chat/completions",status="499"} 1'
  )
})

t.test('a whole answer is answered', async (t) => {
  const { post, line, lines } = await logged(t, json({ choices: [{ index: 0, message: { content: 'Canberra' } }] }))
  await post({ model: 'big', messages })
  t.match(await line(), { level: INFO, msg: 'answered', status: 200 })
  t.equal(lines().length, 1)
})
