import { Ajv } from 'ajv'
import t from 'tap'
import { ScoreRequest, ScoreResult } from '../../src/schemas/score.js'
import { setupScoring, storedPolicy } from '../fixtures/scoring-setup.js'
import { CONTRADICTS } from '../fixtures/scripted-engine.js'

const ajv = new Ajv({ allowUnionTypes: true })
const isRequest = ajv.compile(ScoreRequest)
const isResult = ajv.compile(ScoreResult)

const withLogprob = (logprob: unknown) => ({ answer: { text: 'a', logprobs: { content: [{ token: 'a', logprob }] } } })

t.test('a log-probability is a finite number and nothing that could be read as one', async (t) => {
  t.ok(isRequest(withLogprob(-0.5)))
  for (const value of [null, '', ' ', true, '-0.5', [-0.5], -Infinity, NaN]) {
    t.notOk(isRequest(withLogprob(value)), String(value))
  }
})

t.test('answers, samples and log-probabilities are taken in every documented shape', async (t) => {
  const legacy = { tokens: ['a'], token_logprobs: [null], top_logprobs: [{ '\n': -1 }], text_offset: [0] }
  const chat = { content: [{ token: 'a', logprob: -1, bytes: null, top_logprobs: null }], refusal: null }
  t.ok(isRequest({ answer: 'a', samples: ['b', { text: 'c', logprobs: chat }, { text: 'a', logprobs: legacy }] }))
  t.ok(isRequest({ answer: { text: '', finish_reason: null, logprobs: null } }))
})

t.test('unknown fields are refused at every level, except in metadata', async (t) => {
  for (const body of [
    { n_samples: 2 },
    { answer: { text: 'a', tokens: [] } },
    { sampling: { N: 2 } },
    { budget: { ms: 1 } },
    { messages: [{ role: 'user', content: 'a', name: 'b' }] },
    { verbalized: { confidence: 1, scale: 1 } }
  ])
    t.notOk(isRequest(body), JSON.stringify(body))
  t.ok(isRequest({ metadata: { anything: 'goes' } }))
})

t.test('caps are enforced by the schema', async (t) => {
  const many = <T>(count: number, item: T): T[] => Array<T>(count).fill(item)
  const top = { token: 'a', logprob: -9 }
  for (const body of [
    { samples: [] },
    { samples: many(101, 'a') },
    { sampling: { n: 1_000_000 } },
    { sampling: { n: 0 } },
    { choices: many(27, 'a') },
    { prompt: 'a'.repeat(65_537) },
    { messages: [] },
    { seed: -1 },
    { seed: 2 ** 32 },
    { messages: many(257, { role: 'user', content: 'a' }) },
    { answer: { text: 'a', logprobs: { content: many(8193, { token: 'a', logprob: -1 }) } } },
    { answer: { text: 'a', logprobs: { content: [{ token: 'a', logprob: -1, top_logprobs: many(21, top) }] } } }
  ])
    t.notOk(isRequest(body), JSON.stringify(body).slice(0, 60))
})

t.test('what scoring answers fits the documented result', async (t) => {
  const { score } = setupScoring({
    script: { samples: ['Canberra', 'Sydney'], entails: () => CONTRADICTS, reply: '80%' },
    policies: [storedPolicy()]
  })
  const results = [
    await score({
      prompt: 'x',
      preset: 'thorough',
      policy: 'bot',
      explain: true,
      custom_id: 'a',
      include: ['tokens', 'samples', 'entailment']
    }),
    await score({ samples: ['a', 'b'], scorers: ['lexical_similarity', 'g_nll'], fill: 'never', policy: 'bot' })
  ]
  for (const result of results) t.ok(isResult(result), JSON.stringify(isResult.errors))
})
