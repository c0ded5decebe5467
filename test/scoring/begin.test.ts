import t from 'tap'
import { QualmError } from '../../src/errors.js'
import { setupScoring, storedPolicy } from '../fixtures/scoring-setup.js'
import { ENTAILS, latch } from '../fixtures/scripted-engine.js'

const context = (signal = new AbortController().signal) => ({ signal, requestId: 'req-1' })
const request = { prompt: 'What is the capital of Australia?', scorers: ['lexical_similarity'], sampling: { n: 4 } }
const script = { samples: ['Canberra', 'Sydney', 'Canberra', 'Canberra it is'] }

/** Until what has a place has begun to draw. */
const begins = (): Promise<void> => new Promise(setImmediate)

t.test('samples are drawn before the answer is known', async (t) => {
  const { engine, scoring } = setupScoring({ script })
  const begun = await scoring.begin(request, context())
  await begins()
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
  await begins()
  t.equal(admission.stats().active, 1)
  begun.abandon()
  const call = engine.calls[0]
  t.ok(call?.signal.aborted)
  t.equal(admission.stats().active, 0)
  open()
})

t.test('a client that leaves calls off the samples', async (t) => {
  const { opened, open } = latch()
  const { engine, scoring, admission } = setupScoring({ script: { ...script, until: opened } })
  const client = new AbortController()
  await scoring.begin(request, context(client.signal))
  await begins()
  client.abort()
  t.ok(engine.calls[0]?.signal.aborted)
  t.equal(admission.stats().active, 0, 'and gives the place back, though nobody says that no answer comes')
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

t.test('an answer that is abandoned before its samples have a place takes none and draws none', async (t) => {
  const { engine, scoring, admission } = setupScoring({ script })
  const begun = await scoring.begin(request, context())
  begun.abandon()
  await begins()
  t.equal(admission.stats().active, 0)
  t.equal(engine.calls.length, 0)
})

t.test('samples wait until the answer has been asked for', async (t) => {
  const { opened, open } = latch()
  const { engine, scoring, admission } = setupScoring({ script })
  const begun = await scoring.begin(request, context(), { after: opened })
  await begins()
  t.equal(admission.stats().active, 0)
  t.equal(engine.calls.length, 0)
  open()
  await begins()
  t.equal(engine.count('generate'), 1)
  t.match((await begun.finish({ text: 'Canberra' })).scores['lexical_similarity'], { status: 'ok' })
})

t.test('nothing goes on once a request has been answered, at whichever door', async (t) => {
  const { engine, scoring } = setupScoring({ script })
  await scoring.score({ ...request, answer: 'Canberra' }, context())
  await (await scoring.begin(request, context())).finish({ text: 'Canberra' })
  t.same(
    engine.calls.map(({ signal }) => signal.aborted),
    [true, true]
  )
})

const FULL = { maxActive: 1, queueLimit: 0 }
const both = { ...request, scorers: ['lexical_similarity', 'g_nll'] }
const told = { text: 'Canberra', logprobs: { content: [{ token: 'Canberra', logprob: -0.5, top_logprobs: [] }] } }

t.test('a full gate is no reason to wait, and leaves the scores that need no model', async (t) => {
  const { engine, scoring, admission } = setupScoring({ script, admission: FULL })
  const release = await admission.acquire({ signal: context().signal, costMs: 1, deadlineMs: null })
  const begun = await scoring.begin(both, context(), { requireEvidence: false })
  const { scores, usage } = await begun.finish(told)
  t.match(scores['lexical_similarity'], { status: 'failed', value: null, reason: 'queue_full' })
  t.match(scores['g_nll'], { status: 'ok', value: 0.5 })
  t.equal(usage.model_calls, 0)
  t.equal(engine.calls.length, 0)
  release()
})

/** Until samples that nothing holds up are drawn. */
const isDrawn = begins

t.test('no place is held while the answer is waited for and its samples are drawn', async (t) => {
  const { scoring, score, admission } = setupScoring({ script, admission: { maxActive: 2, queueLimit: 0 } })
  const both = [await scoring.begin(request, context()), await scoring.begin(request, context())]
  await isDrawn()
  t.equal(admission.stats().active, 0)
  t.match((await score({ ...request, answer: 'Canberra' })).scores['lexical_similarity'], { status: 'ok' })
  for (const begun of both) {
    t.match((await begun.finish({ text: 'Canberra' })).scores['lexical_similarity'], { status: 'ok' })
  }
  t.equal(admission.stats().active, 0)
})

t.test('comparisons after the answer take a place again', async (t) => {
  const places: number[] = []
  const { scoring, admission } = setupScoring({
    script: {
      ...script,
      entails: () => {
        places.push(admission.stats().active)
        return ENTAILS
      }
    }
  })
  const begun = await scoring.begin({ ...request, scorers: ['semantic_entropy'] }, context())
  await isDrawn()
  t.equal(admission.stats().active, 0)
  await begun.finish({ text: 'Canberra' })
  t.ok(places.length > 0 && places.every((active) => active === 1))
  t.equal(admission.stats().active, 0)
})

t.test('where there is no place for comparisons, samples that are drawn are used without', async (t) => {
  const { scoring, admission } = setupScoring({ script, admission: FULL })
  const scorers = ['lexical_similarity', 'semantic_entropy']
  const begun = await scoring.begin({ ...request, scorers }, context(), { requireEvidence: false })
  await isDrawn()
  const release = await admission.acquire({ signal: context().signal, costMs: 1, deadlineMs: null })
  const { scores, usage } = await begun.finish({ text: 'Canberra' })
  t.match(scores['lexical_similarity'], { status: 'ok' })
  t.match(scores['semantic_entropy'], { status: 'failed', value: null, reason: 'queue_full' })
  t.match(usage, { model_calls: 1, entailment_pairs: 0 })
  release()
})

t.test('a stopping rule that waits for the answer holds no place, and draws on in one', async (t) => {
  const places: number[] = []
  const { scoring, admission, engine } = setupScoring({
    script: {
      samples: ['Canberra', 'Sydney', 'Perth'],
      write: () => {
        places.push(admission.stats().active)
        return undefined
      }
    }
  })
  const sampling = { n: 9, adaptive: { rule: 'beta' as const } }
  const begun = await scoring.begin({ ...request, sampling }, context())
  await isDrawn()
  t.equal(admission.stats().active, 0)
  await begun.finish({ text: 'Canberra' })
  t.ok(engine.count('generate') > 1)
  t.ok(places.every((active) => active === 1))
})

t.test('the time of a request spans all of its parts, from its begin on', async (t) => {
  const { opened, open } = latch()
  const { scoring, clock } = setupScoring({ script: { ...script, until: opened } })
  const begun = await scoring.begin(request, context())
  await begins()
  clock.advance(400)
  open()
  await isDrawn()
  clock.advance(50)
  const { timing } = await begun.finish({ text: 'Canberra' })
  t.match(timing, { language_ms: 400, queue_ms: 0, total_ms: 450 })
})

t.test('the choices of a chat are accepted only as many and as warm as the samples of its policy', async (t) => {
  const policies = [storedPolicy({ scorer: 'lexical_similarity', direction: 'higher_is_more_certain', threshold: 1 })]
  const { scoring, score } = setupScoring({ policies })
  const of = (count: number, temperature?: number) =>
    Array.from({ length: count }, (_, i) => ({
      text: `Canberra ${i % 2}`,
      ...(temperature === undefined ? {} : { decoding: { temperature } })
    }))
  const wanted = { prompt: 'Where?', scorers: [], policy: 'bot', fill: 'never' as const }
  const decided = async (samples: ReturnType<typeof of>) => {
    const begun = await scoring.begin({ ...wanted, samples }, context(), { chatBody: {} })
    return (await begun.finish({ text: 'Canberra' })).decision
  }
  t.match(await decided(of(10, 0.6)), { action: 'accept' })
  t.match(await decided(of(9, 0.6)), { action: 'review', reason: 'fewer_samples' })
  t.match(await decided(of(10, 0.01)), { action: 'review', reason: 'other_temperature' })
  t.match(await decided(of(10)), { action: 'review', reason: 'other_temperature' }, 'nobody knows which')
  const supplied = await score({ ...wanted, samples: of(2, 0.01), answer: 'Canberra' })
  t.match(supplied.decision, { action: 'accept' }, 'whoever supplies samples answers for them')
})

t.test('where a result needs a value, a full gate is an error as ever', async (t) => {
  const { scoring, admission } = setupScoring({ script, admission: FULL })
  const release = await admission.acquire({ signal: context().signal, costMs: 1, deadlineMs: null })
  const begun = await scoring.begin(both, context())
  await t.rejects(begun.finish(told), { code: 'QUALM_ERR_QUEUE_FULL' })
  release()
})

t.test('samples that are late leave the other scores, and what they cost is told', async (t) => {
  const { opened, open } = latch()
  const { engine, scoring, clock } = setupScoring({ script: { ...script, until: opened } })
  const begun = await scoring.begin(both, context(), { requireEvidence: false })
  const result = begun.finish(told)
  await begins()
  clock.advance(60_000)
  const { scores, usage } = await result
  t.match(scores['lexical_similarity'], { status: 'failed', value: null, reason: 'queue_timeout' })
  t.match(scores['g_nll'], { status: 'ok' })
  t.equal(usage.model_calls, 1)
  t.ok(engine.calls[0]?.signal.aborted)
  open()
})

t.test('samples that fail before the answer comes leave the scores that need no model', async (t) => {
  const error = new QualmError('QUALM_ERR_QUEUE_TIMEOUT', 'Too late.')
  const { scoring, admission } = setupScoring({ script: { ...script, failure: { kind: 'generate', error } } })
  const begun = await scoring.begin(both, context(), { requireEvidence: false })
  await isDrawn()
  t.equal(admission.stats().active, 0)
  const { scores } = await begun.finish(told)
  t.match(scores['lexical_similarity'], { status: 'failed', value: null, reason: 'queue_timeout' })
  t.match(scores['g_nll'], { status: 'ok' })
})

t.test('an answer that is no text has no numbers, and nobody is asked for it', async (t) => {
  const { engine, scoring, admission } = setupScoring({ script })
  const begun = await scoring.begin({ ...both, fill: 'never' }, context(), { requireEvidence: false })
  const { scores } = await begun.blank({ reason: 'no_answer_text', message: 'It calls tools.' })
  t.same(Object.keys(scores), both.scorers)
  for (const score of Object.values(scores)) {
    t.match(score, { status: 'skipped', value: null, reason: 'no_answer_text', message: 'It calls tools.' })
  }
  t.equal(engine.calls.length, 0)
  t.equal(admission.stats().active, 0)
})
