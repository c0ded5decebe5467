/** An upstream that itself tells `uncertainty`, as another Qualm does. */
import t from 'tap'
import { completion, completionChunks } from '../fixtures/completions.js'
import { setupSidecar, type Json } from '../fixtures/sidecar.js'
import { json, sse } from '../fixtures/upstream-server.js'

const sidecar = await setupSidecar(t, { inner: {} })
const server = sidecar.server('inner')
const ask = { model: 'inner', messages: [{ role: 'user', content: 'Where?' }], uncertainty: { scorers: ['g_nll'] } }
const like = { tokens: [{ text: 'Canberra', logprob: -0.25 }] }
const theirs = { object: 'uncertainty.score', scores: { g_nll: { value: 7 } } }
const timesIn = (text: string): number => text.split('"uncertainty"').length - 1

t.test('a whole answer has one `uncertainty`, that of the service that was asked', async (t) => {
  server.use(json({ ...completion(like), uncertainty: theirs }))
  const { text, json: got } = await sidecar.post(ask)
  t.equal(timesIn(text), 1)
  t.match(got, { choices: [{ message: { content: 'Canberra' } }], uncertainty: { scores: { g_nll: { value: 0.25 } } } })
})

t.test('so has a stream, which loses nothing else', async (t) => {
  const [first] = completionChunks(like) as [Json]
  const usage = { ...first, choices: [], usage: { prompt_tokens: 3, completion_tokens: 1, total_tokens: 4 } }
  const last = { ...first, choices: [], uncertainty: theirs }
  server.use(sse([...completionChunks(like), { ...usage, uncertainty: theirs }, last]))
  const { text, chunks } = await sidecar.post({ ...ask, stream: true })
  t.equal(timesIn(text), 1)
  t.equal(chunks.length, completionChunks(like).length + 2)
  t.strictSame(chunks.at(-2), usage)
  t.match(chunks.at(-1), { choices: [], uncertainty: { scores: { g_nll: { value: 0.25 } } } })
  t.match(text, /\n\ndata: \[DONE\]\n\n$/)
})

t.test('whoever does not ask for scores gets the answer as it is', async (t) => {
  const answer = { ...completion(like), uncertainty: theirs }
  server.use(json(answer))
  t.equal((await sidecar.post({ ...ask, uncertainty: false })).text, JSON.stringify(answer))
})
