import t from 'tap'
import { setupScoring } from '../fixtures/scoring-setup.js'
import { latch } from '../fixtures/scripted-engine.js'

const context = (signal = new AbortController().signal) => ({ signal, requestId: 'req-1' })
const request = { prompt: 'What is the capital of Australia?', scorers: ['lexical_similarity'], sampling: { n: 4 } }
const script = { samples: ['Canberra', 'Sydney', 'Canberra', 'Canberra it is'] }

t.test('samples are drawn before the answer is known', async (t) => {
  const { engine, scoring } = setupScoring({ script })
  const begun = await scoring.begin(request, context())
  t.equal(engine.count('generate'), 1)
  const result = await begun.finish({ text: 'Canberra' })
  t.equal(engine.count('generate'), 1, 'and once only')
  t.match(result.answer, { text: 'Canberra', source: 'supplied' })
  t.match(result.evidence.samples, { source: 'generated', requested: 4, received: 4 })
})

t.test('an answer that comes later has the scores of one that is there', async (t) => {
  const begun = await setupScoring({ script }).scoring.begin({ ...request, seed: 7 }, context())
  const later = await begun.finish({ text: 'Canberra' })
  const atOnce = await setupScoring({ script }).score({ ...request, seed: 7, answer: 'Canberra' })
  t.strictSame(later.scores, atOnce.scores)
})

t.test('what is wrong with a request is told before anything is drawn', async (t) => {
  const { engine, scoring } = setupScoring({ script })
  await t.rejects(scoring.begin({ ...request, scorers: ['lexical'] }, context()), { code: 'QUALM_ERR_UNKNOWN_SCORER' })
  await t.rejects(scoring.begin({ ...request, sampling: { n: 99 } }, context()), { code: 'QUALM_ERR_BUDGET_EXCEEDED' })
  t.equal(engine.calls.length, 0)
})

t.test('an abandoned request calls off its samples and gives its place back', async (t) => {
  const { opened, open } = latch()
  const { engine, scoring, admission } = setupScoring({ script: { ...script, until: opened } })
  const begun = await scoring.begin(request, context())
  t.equal(admission.stats().active, 1)
  begun.abandon()
  const call = engine.calls[0]
  t.ok(call?.signal.aborted)
  t.equal(admission.stats().active, 0)
  open()
})

t.test('a client that leaves calls off the samples', async (t) => {
  const { opened, open } = latch()
  const { engine, scoring } = setupScoring({ script: { ...script, until: opened } })
  const client = new AbortController()
  await scoring.begin(request, context(client.signal))
  client.abort()
  t.ok(engine.calls[0]?.signal.aborted)
  open()
})

t.test('nothing is drawn for scores of the answer alone, and no place is taken', async (t) => {
  const { engine, scoring, admission } = setupScoring({ script })
  const begun = await scoring.begin({ prompt: 'Where?', preset: 'instant' }, context(), { requireEvidence: false })
  t.equal(admission.stats().active, 0)
  const { scores } = await begun.finish({ text: 'Here' })
  t.equal(engine.calls.length, 0)
  t.ok(
    Object.values(scores).every(({ status, value }) => status !== 'ok' && value === null),
    'no tokens, no numbers'
  )
})

t.test('the chat request of the client goes to the model with its samples', async (t) => {
  const { engine, scoring } = setupScoring({ script })
  const chatBody = { messages: [{ role: 'user', content: 'Where?' }], tools: [] }
  await (await scoring.begin(request, context(), { chatBody })).finish({ text: 'Canberra' })
  const [call] = engine.calls
  t.equal(call?.kind === 'generate' && call.request.chatBody, chatBody)
})

t.test('a stopping rule that looks at the answer waits for it', async (t) => {
  const { engine, scoring } = setupScoring({ script: { samples: ['Canberra'] } })
  const sampling = { n: 20, adaptive: { rule: 'beta' as const } }
  const begun = await scoring.begin({ ...request, sampling }, context())
  const { evidence } = await begun.finish({ text: 'Canberra' })
  t.equal(evidence.samples?.stopped_by, 'beta')
  t.ok(engine.count('generate') >= 1)
})
