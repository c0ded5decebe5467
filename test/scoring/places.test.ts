/** Places before an upstream while chats stream: through the routes. */
import t from 'tap'
import { completion, completionChunks } from '../fixtures/completions.js'
import { drawsSamples, forBoth, setupSidecar } from '../fixtures/sidecar.js'
import { json, type Answer } from '../fixtures/upstream-server.js'

const messages = [{ role: 'user', content: 'What is the capital of Australia?' }]
const sampling = { n: 3 }
const uncertainty = { scorers: ['lexical_similarity'], sampling }

/** A stream that has begun and says no more. */
const idle: Answer = (response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.write(`data: ${JSON.stringify(completionChunks({ text: 'Canberra' })[0])}\n\n`)
}

t.test('streams whose samples are drawn leave their places to others', async (t) => {
  const sidecar = await setupSidecar(t, { big: {} }, { maxRemoteActive: 2, queueLimit: 0 })
  const server = sidecar.server('big')
  server.use(forBoth(idle, json(completion({ texts: ['Canberra', 'Sydney', 'Perth'] }))))
  const client = new AbortController()
  const stream = { model: 'big', messages, stream: true, uncertainty }
  const streams = await Promise.all([sidecar.open(stream, client.signal), sidecar.open(stream, client.signal)])
  const { remoteAdmission } = sidecar.app
  while (remoteAdmission.stats().active > 0 || server.requests.filter(drawsSamples).length < 2) {
    await new Promise(setImmediate)
  }
  const payload = { model: 'big', messages, scorers: ['lexical_similarity'], sampling, answer: 'Canberra' }
  const scored = await sidecar.app.inject({ method: 'POST', url: '/v1/score', payload })
  t.equal(scored.statusCode, 200)
  t.match(scored.json(), { evidence: { samples: { received: 3 } }, scores: { lexical_similarity: { status: 'ok' } } })
  client.abort()
  await Promise.allSettled(streams.map((one) => one.text()))
})
