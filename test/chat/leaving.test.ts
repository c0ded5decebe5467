/** A client that leaves: the calls that were made for it are closed, as the upstream sees it. */
import t from 'tap'
import { completionChunks } from '../fixtures/completions.js'
import { forBoth, setupSidecar } from '../fixtures/sidecar.js'
import { hang, sse, type Answer } from '../fixtures/upstream-server.js'

const CALLS = 4
// One call for each sample.
const sidecar = await setupSidecar(t, { big: { dialect: 'ollama' } })
const server = sidecar.server('big')
const messages = [{ role: 'user', content: 'What is the capital of Australia?' }]
const uncertainty = { scorers: ['lexical_similarity'], sampling: { n: CALLS - 1 } }
const CHUNKS = completionChunks({ tokens: [{ text: 'Can', logprob: -0.1 }] })

async function closed(count: number): Promise<void> {
  while (server.closed < count) await server.nextClose()
}

/** Leaves once every call has arrived, and waits until the upstream has seen those close that are open. */
async function leave(stream: boolean, answer: Answer, open = CALLS): Promise<number> {
  const [requests, before] = [server.requests.length, server.closed]
  server.use(forBoth(answer, hang))
  const client = new AbortController()
  const response = sidecar.open({ model: 'big', messages, stream, uncertainty }, client.signal)
  if (stream) await (await response).body?.getReader().read()
  await server.arrived(requests + CALLS)
  const start = performance.now()
  client.abort()
  await response.catch(() => undefined)
  await closed(before + open)
  return performance.now() - start
}

t.test('in mid-stream, the calls for the answer and for its samples are closed', async (t) => {
  const ms = await leave(true, sse(CHUNKS.slice(0, 2), hang))
  t.comment(`closed after ${ms.toFixed(1)} ms`)
  t.equal(sidecar.app.upstreams.get('big')?.stats().open, 0)
})

t.test('before a whole answer has come, too', async (t) => {
  const ms = await leave(false, hang)
  t.comment(`closed after ${ms.toFixed(1)} ms`)
  t.equal(sidecar.app.upstreams.get('big')?.stats().open, 0)
})

t.test('and once the answer is whole, while samples are still awaited', async (t) => {
  const ms = await leave(true, sse(CHUNKS), CALLS - 1)
  t.comment(`closed after ${ms.toFixed(1)} ms`)
  t.equal(sidecar.app.upstreams.get('big')?.stats().open, 0)
})

t.test('nobody keeps a place or a request', async (t) => {
  t.equal(sidecar.app.remoteAdmission.stats().active, 0)
  t.equal(sidecar.app.activeRequests.size, 0)
})
