import t from 'tap'
import { QualmError } from '../../src/errors.js'
import { Asker } from '../../src/evidence/asker.js'
import { Evidence } from '../../src/evidence/evidence.js'
import type { EvidenceInput } from '../../src/evidence/input.js'
import { Missing } from '../../src/evidence/missing.js'
import { readOutput } from '../../src/evidence/supplied-output.js'
import { evidenceInput } from '../fixtures/evidence-input.js'
import {
  CONTRADICTS,
  createScriptedEngine,
  latch,
  type Script,
  type ScriptedEngine
} from '../fixtures/scripted-engine.js'

interface Setup {
  readonly engine: ScriptedEngine
  readonly ask: Asker
  readonly evidence: Evidence
}

function setup(changes: Partial<EvidenceInput> = {}, script: Script = {}): Setup {
  const engine = createScriptedEngine(script)
  const ask = new Asker(engine, new AbortController().signal, () => 0)
  const noPolicy = () => Promise.reject(new Missing('skipped', 'needs_policy', 'no policy'))
  const evidence = new Evidence(evidenceInput(changes), ask, { conformal: noPolicy, scores: noPolicy })
  return { engine, ask, evidence }
}

async function missing(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'present',
    (error: unknown) => {
      if (!(error instanceof Missing)) throw error
      return `${error.status} ${error.reason}`
    }
  )
}

t.test('an empty sample without tokens is named before any other is read', async (t) => {
  const samples = ['Canberra', ''].map((text, k) => readOutput(text, `/samples/${k}`))
  const { engine, evidence } = setup({ samples })
  await t.rejects(evidence.get('samples.logprobs'), { reason: 'empty_sample', message: /^Sample 1 .* leave it out/u })
  t.equal(engine.calls.length, 0)
})

t.test('the greedy answer and the samples are rows of one call', async (t) => {
  const { engine, evidence } = setup({}, { answer: 'Canberra', samples: ['Canberra', 'Sydney'] })
  const [answer, samples] = await Promise.all([evidence.get('answer'), evidence.get('samples')])
  t.equal(answer.text, 'Canberra')
  t.same(
    samples.map(({ text }) => text),
    ['Canberra', 'Sydney']
  )
  t.equal(engine.calls.length, 1)
  const [call] = engine.calls
  t.same(call?.kind === 'generate' && call.request.rows.map((row) => row.temperature), [0, 0.6, 0.6])
})

t.test('every kind is gathered once, whoever asks and however often', async (t) => {
  const { engine, evidence } = setup({}, { samples: ['Canberra', 'Sydney'], entails: () => CONTRADICTS })
  const kinds = ['question', 'answer', 'answer.logprobs', 'samples', 'samples.logprobs', 'clusters'] as const
  await Promise.all([...kinds, ...kinds].map((kind) => evidence.get(kind)))
  t.equal(engine.count('generate'), 1)
  t.equal(engine.count('scoreText'), 0)
  t.equal(engine.count('entail'), 1)
})

t.test('samples keep the order of their rows whatever finishes first', async (t) => {
  const { evidence } = setup({}, { samples: ['first', 'second'], reversed: true })
  t.same(
    (await evidence.get('samples')).map(({ text }) => text),
    ['first', 'second']
  )
})

t.test('what is gathered is frozen to its leaves', async (t) => {
  const { evidence } = setup()
  const answer = await evidence.get('answer.logprobs')
  t.throws(() => {
    ;(answer.tokens[0] as { logprob: number }).logprob = 0
  }, TypeError)
  const clusters = await evidence.get('clusters', { clusters: { rule: 'strict' } })
  t.throws(() => {
    ;(clusters.assignment as number[]).push(1)
  }, TypeError)
})

t.test('a generated answer is greedy and read before sampling', async (t) => {
  const { evidence } = setup({}, { answer: 'It is Canberra' })
  t.match(await evidence.get('answer.logprobs'), {
    greedy: true,
    basis: 'pre_sampling',
    source: 'generated',
    finishReason: 'stop'
  })
})

t.test('a supplied answer without log-probabilities is read by teacher forcing', async (t) => {
  const { engine, evidence } = setup({ answer: readOutput('It is Canberra', '/answer') })
  const answer = await evidence.get('answer.logprobs')
  t.match(answer, { greedy: null, basis: 'pre_sampling', source: 'supplied', finishReason: 'stop' })
  t.same(
    answer.tokens.map(({ text, end }) => (end ? 'end' : text)),
    ['It', ' is', ' Canberra', 'end']
  )
  t.equal(engine.count('generate'), 0)
})

t.test('a supplied answer that was cut is read without an end token', async (t) => {
  const { engine, evidence } = setup({ answer: readOutput({ text: 'It is', finish_reason: 'length' }, '/answer') })
  t.equal((await evidence.get('answer.logprobs')).finishReason, 'length')
  const [call] = engine.calls
  t.equal(call?.kind === 'scoreText' && call.request.includeEnd, false)
})

t.test('a supplied answer that was drawn is not called greedy', async (t) => {
  const { evidence } = setup({ answer: readOutput({ text: 'a', decoding: { temperature: 1 } }, '/answer') })
  t.equal((await evidence.get('answer.logprobs')).greedy, false)
})

t.test('supplied log-probabilities are used as they are', async (t) => {
  const logprobs = { content: [{ token: 'a', logprob: -0.7 }] }
  const { engine, evidence } = setup({ answer: readOutput({ text: 'a', logprobs }, '/answer') })
  t.match(await evidence.get('answer.logprobs'), { tokens: [{ logprob: -0.7 }], basis: 'unknown', greedy: null })
  t.equal(engine.calls.length, 0)
})

t.test('tokens that do not fit the answer are not replaced by teacher forcing', async (t) => {
  const logprobs = { content: [{ token: 'b', logprob: -0.7 }] }
  const { engine, evidence } = setup({ answer: readOutput({ text: 'a', logprobs }, '/answer') })
  t.equal(await missing(evidence.get('answer.logprobs')), 'failed alignment_failed')
  t.equal((await evidence.get('answer')).text, 'a', 'the text can still be used')
  t.equal(engine.calls.length, 0)
})

t.test('an empty answer has nothing to score', async (t) => {
  const { evidence } = setup({ answer: readOutput('', '/answer') })
  t.equal(await missing(evidence.get('answer.logprobs')), 'failed empty_answer')
  t.equal(await missing(evidence.get('verbalized')), 'failed empty_answer')
})

t.test('fill never asks the language model for nothing and says what is missing', async (t) => {
  const { engine, evidence } = setup({ fill: 'never', rows: { greedy: false, samples: 0 } })
  t.equal(await missing(evidence.get('answer')), 'skipped needs_answer')
  t.equal(await missing(evidence.get('answer.logprobs')), 'skipped needs_answer')
  t.equal(await missing(evidence.get('samples')), 'skipped needs_samples')
  t.equal(await missing(evidence.get('samples.logprobs')), 'skipped needs_samples')
  t.equal(await missing(evidence.get('clusters', { clusters: { rule: 'strict' } })), 'skipped needs_samples')
  t.equal(await missing(evidence.get('verbalized')), 'skipped needs_model_call')
  t.equal(engine.calls.length, 0)
})

t.test('fill never with texts alone misses their log-probabilities', async (t) => {
  const { engine, evidence } = setup({
    fill: 'never',
    answer: readOutput('a', '/answer'),
    samples: [readOutput('a', '/samples/0')]
  })
  t.equal(await missing(evidence.get('answer.logprobs')), 'skipped needs_logprobs')
  t.equal(await missing(evidence.get('samples.logprobs')), 'skipped needs_logprobs')
  t.equal(engine.calls.length, 0)
})

t.test('fill never still compares supplied samples with the entailment model', async (t) => {
  const { engine, evidence } = setup({
    fill: 'never',
    samples: ['a', 'b'].map((text, i) => readOutput(text, `/samples/${i}`))
  })
  t.equal((await evidence.get('clusters', { clusters: { rule: 'strict' } })).count, 2)
  t.equal(engine.count('entail'), 1)
  t.equal(engine.calls.length, 1)
})

t.test('without a conversation nothing can be generated or read', async (t) => {
  const { evidence } = setup({ messages: null, rows: { greedy: false, samples: 0 } })
  t.equal(await missing(evidence.get('answer')), 'skipped needs_prompt')
  t.equal(await missing(evidence.get('samples')), 'skipped needs_prompt')
  const given = setup({ messages: null, answer: readOutput('a', '/answer') })
  t.equal(await missing(given.evidence.get('answer.logprobs')), 'skipped needs_prompt')
  t.equal(await missing(given.evidence.get('verbalized')), 'skipped needs_prompt')
})

t.test('supplied samples without log-probabilities are read one by one', async (t) => {
  const { engine, evidence } = setup({ samples: ['a', 'b'].map((text, i) => readOutput(text, `/samples/${i}`)) })
  t.same(
    (await evidence.get('samples.logprobs')).map(({ tokens }) => tokens.length),
    [2, 2]
  )
  t.equal(engine.count('scoreText'), 2)
})

t.test('a supplied confidence is passed on without a question', async (t) => {
  const { engine, evidence } = setup({ confidence: 0.9 })
  t.same(await evidence.get('verbalized'), { confidence: 0.9, answer: null, replies: [], source: 'supplied' })
  t.equal(engine.calls.length, 0)
})

t.test('the model is asked for its confidence in the answer, with the question and the scale', async (t) => {
  const { engine, evidence } = setup({ rows: { greedy: true, samples: 0 } }, { answer: 'Sydney', reply: '80%' })
  t.same(await evidence.get('verbalized'), {
    confidence: null,
    answer: 'Sydney',
    replies: [{ text: '80%', guesses: [{ answer: 'Sydney', confidence: 0.8 }] }],
    source: 'generated'
  })
  const [, call] = engine.calls
  const content = call?.kind === 'generate' ? call.request.messages[0]!.content : ''
  t.match(content, /What is the capital of Australia\?/)
  t.match(content, /Sydney/)
  t.match(content, /percent/)
})

t.test('a reply without a number is no confidence', async (t) => {
  const { evidence } = setup({ rows: { greedy: true, samples: 0 } }, { reply: 'I cannot say.' })
  t.match(await evidence.get('verbalized'), { replies: [{ text: 'I cannot say.', guesses: [] }] })
})

t.test('the answer may stand behind the samples, among them and in the clusters', async (t) => {
  const { evidence } = setup({}, { answer: 'Perth', samples: ['Canberra', 'Sydney'] })
  const parameters = { clusters: { rule: 'strict' as const }, samples: { includeAnswer: true } }
  t.same(
    (await evidence.get('samples', parameters)).map(({ text }) => text),
    ['Canberra', 'Sydney', 'Perth']
  )
  t.same(await evidence.get('clusters', parameters), {
    rule: 'strict',
    assignment: [0, 1, 2],
    count: 3,
    answerIncluded: true
  })
  t.equal((await evidence.get('samples')).length, 2, 'who did not ask for it does not get it')
})

t.test('a failing model rejects with its own error, and nothing stays unhandled', async (t) => {
  const error = new QualmError('QUALM_ERR_MODEL_FAILED', 'the worker died')
  const { evidence } = setup({}, { failure: { kind: 'generate', error } })
  await t.rejects(evidence.get('samples'), error)
  await t.rejects(evidence.get('answer'), error)
})

t.test('usage counts calls, tokens and pairs, and time once for calls that overlap', async (t) => {
  const { opened, open } = latch()
  let now = 0
  const engine = createScriptedEngine({ answer: 'It is Canberra', samples: ['Sydney', 'Perth'], until: opened })
  const ask = new Asker(engine, new AbortController().signal, () => now)
  const both = Promise.all(
    ['a', 'b'].map((text) => ask.scoreText({ model: 'm', messages: null, text, includeEnd: true, topCount: 0 }))
  )
  now = 5
  open()
  await both
  const evidence = new Evidence(evidenceInput(), ask, {
    conformal: () => Promise.reject(new Error('unused')),
    scores: () => Promise.reject(new Error('unused'))
  })
  await evidence.get('clusters', { clusters: { rule: 'strict' } })
  t.match(ask.usage(), { promptTokens: 30, completionTokens: 8, entailmentPairs: 1, modelCalls: 3, languageMs: 5 })
})
