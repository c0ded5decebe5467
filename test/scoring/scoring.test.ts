import t from 'tap'
import { QualmError } from '../../src/errors.js'
import type { ScoreRequest } from '../../src/schemas/score.js'
import { defineScorer, type Scorer } from '../../src/scorer.js'
import { PRESETS } from '../../src/scoring/presets.js'
import { scorers, setupScoring, type ScoringSetup } from '../fixtures/scoring-setup.js'
import { CONTRADICTS, latch } from '../fixtures/scripted-engine.js'

const prompt = 'What is the capital of Australia?'
const near = (actual: unknown, expected: number): boolean => Math.abs(Number(actual) - expected) < 1e-9
const suppliedAnswer = {
  text: 'Canberra',
  finish_reason: 'stop' as const,
  decoding: { temperature: 0, basis: 'pre_sampling' as const },
  logprobs: {
    content: [
      { token: 'Can', logprob: -0.11 },
      { token: 'berra', logprob: -0.31 }
    ]
  }
}

t.test('a question alone is answered, sampled and scored in one language call', async (t) => {
  const { engine, score } = setupScoring({
    script: { answer: 'It is Canberra', samples: ['It is Canberra', 'Sydney'], entails: () => CONTRADICTS }
  })
  const result = await score({ prompt, sampling: { n: 4 } })
  t.match(result.answer, { text: 'It is Canberra', source: 'generated', finish_reason: 'stop' })
  t.ok(near(result.scores.g_nll?.value, 3 * 0.2 + 0.05))
  t.ok(near(result.scores.semantic_entropy?.value, Math.log(2)) === false, 'weights are likelihoods, not counts')
  t.equal(result.scores.semantic_entropy?.status, 'ok')
  t.equal(engine.count('generate'), 1)
  t.match(result.usage, {
    model_calls: 1,
    prompt_tokens: 10,
    completion_tokens: 4 + 2 * 4 + 2 * 2,
    entailment_pairs: 1
  })
  t.match(result.evidence, {
    answer: { source: 'generated', basis: 'pre_sampling', censored: 0, alignment: 'exact' },
    samples: { source: 'generated', requested: 4, received: 4, distinct: 2 }
  })
})

t.test('usage counts a call whose rows were scored before it resolved', async (t) => {
  const { score } = setupScoring({
    script: {
      untilCounted: () =>
        new Promise((resolve) => {
          setImmediate(resolve)
        })
    }
  })
  const result = await score({ prompt, scorers: ['g_nll'] })
  t.match(result.usage, { model_calls: 1, prompt_tokens: 10, completion_tokens: 2 })
})

t.test('an answer alone is read by teacher forcing and sampled around', async (t) => {
  const { engine, score } = setupScoring({ script: { samples: ['Sydney'] } })
  const result = await score({ prompt, answer: 'Canberra' })
  t.match(result.answer, { text: 'Canberra', source: 'supplied', finish_reason: null })
  t.match(result.scores.g_nll, { status: 'ok', detail: { form: 'sequence_nll' } })
  t.equal(engine.count('scoreText'), 1)
  const [call] = engine.calls.filter((call) => call.kind === 'generate')
  t.same(call?.kind === 'generate' && call.request.rows.map((row) => row.temperature > 0), [
    true,
    true,
    true,
    true,
    true
  ])
})

t.test('answer, log-probabilities and samples need no language model', async (t) => {
  const { engine, score } = setupScoring({ script: { states: { language: 'failed' } } })
  const result = await score({
    prompt,
    answer: suppliedAnswer,
    samples: ['Canberra', 'Canberra', 'Sydney'],
    fill: 'never',
    scorers: ['g_nll', 'semantic_entropy']
  })
  t.ok(near(result.scores.g_nll?.value, 0.42))
  t.match(result.scores.semantic_entropy, { status: 'ok', detail: { variant: 'discrete' } })
  t.equal(engine.count('generate') + engine.count('scoreText'), 0)
  t.equal(result.usage.model_calls, 0)
  t.notOk('seed' in result.answer!, 'nothing was drawn')
})

t.test('a prompt is one user message', async (t) => {
  const one = setupScoring()
  const other = setupScoring()
  await one.score({ prompt, seed: 1 })
  await other.score({ messages: [{ role: 'user', content: prompt }], seed: 1 })
  const requestOf = ({ engine }: ScoringSetup) => engine.calls[0]?.kind === 'generate' && engine.calls[0].request
  t.same(requestOf(one), requestOf(other))
})

t.test('scorers that share evidence add no model call', async (t) => {
  const counts = async (names: string[]): Promise<readonly number[]> => {
    const { engine, score } = setupScoring({ script: { samples: ['Canberra', 'Sydney'] } })
    await score({ prompt, scorers: names, seed: 1 })
    return [engine.count('generate'), engine.count('scoreText'), engine.count('entail')]
  }
  const two = await counts(['g_nll', 'semantic_entropy'])
  t.same(
    await counts([
      'g_nll',
      'perplexity',
      'min_token_probability',
      'mean_token_entropy',
      'max_token_entropy',
      'predictive_entropy',
      'normalized_predictive_entropy',
      'semantic_entropy',
      'num_semantic_sets',
      'lexical_similarity'
    ]),
    two
  )
  t.equal(two[0], 1)
})

t.test('fill never runs no language model whatever is asked for', async (t) => {
  const { engine, score } = setupScoring({ script: { vector: () => [1] } })
  const result = await score({ prompt, answer: suppliedAnswer, fill: 'never', scorers: [...scorers.keys()] })
  t.equal(engine.count('generate') + engine.count('scoreText') + engine.count('options'), 0)
  t.match(result.scores, {
    g_nll: { status: 'ok' },
    semantic_entropy: { status: 'skipped', value: null, reason: 'needs_samples' },
    verbalized_confidence: { status: 'skipped', value: null, reason: 'needs_model_call' },
    conformal_abstention: { status: 'skipped', value: null, reason: 'needs_policy' }
  })
})

t.test('every preset names scorers that exist', async (t) => {
  for (const [name, preset] of Object.entries(PRESETS)) {
    t.same(
      preset.scorers.filter((scorer) => !scorers.has(scorer)),
      [],
      name
    )
  }
})

t.test('presets cost what they promise', async (t) => {
  const rows = async (preset: 'instant' | 'fast' | 'balanced' | 'thorough'): Promise<readonly number[]> => {
    const { engine, score } = setupScoring({ script: { reply: '70%' } })
    await score({ prompt, preset, ...(preset === 'instant' ? { answer: suppliedAnswer } : {}) })
    return engine.calls.map((call) => (call.kind === 'generate' ? call.request.rows.length : 0))
  }
  t.same(await rows('instant'), [])
  t.same(await rows('fast'), [1])
  t.same(await rows('balanced'), [6])
  t.same(await rows('thorough'), [11, 1, 1, 1])
})

t.test('instant asks no model even when it may', async (t) => {
  const { engine, fault } = setupScoring()
  t.equal((await fault({ prompt, preset: 'instant', fill: 'auto' }))?.code, 'QUALM_ERR_NO_EVIDENCE')
  t.equal(engine.calls.length, 0)
})

t.test('the same body draws with the same seed, and notes change nothing', async (t) => {
  const seedOf = async (request: ScoreRequest) => {
    const { engine, score } = setupScoring()
    const result = await score(request)
    const [call] = engine.calls
    t.equal(call?.kind === 'generate' && call.request.seed, result.answer?.seed, 'the seed is echoed')
    return result.answer?.seed
  }
  const plain = await seedOf({ prompt })
  t.equal(await seedOf({ custom_id: 'a', prompt, metadata: { b: 'c' }, include: ['tokens'], explain: true }), plain)
  t.not(await seedOf({ prompt: `${prompt} ` }), plain)
  t.equal(await seedOf({ prompt, seed: 7 }), 7)
})

t.test('the decoding of a request reaches the rows', async (t) => {
  const { engine, score } = setupScoring()
  await score({ prompt, sampling: { n: 2, temperature: 1.2, top_p: 0.9, top_k: 40, max_tokens: 9, stop: ['\n'] } })
  t.match(engine.calls[0], {
    request: {
      rows: [{ temperature: 0 }, { temperature: 1.2, topP: 0.9, topK: 40 }, {}],
      maxTokens: 9,
      stop: ['\n']
    }
  })
})

t.test('tokens, samples and comparisons come when they are asked for', async (t) => {
  const { score } = setupScoring({ script: { answer: 'It is', samples: ['a', 'b'], entails: () => CONTRADICTS } })
  const plain = await score({ prompt })
  t.notOk('samples' in plain || 'entailment' in plain || 'tokens' in plain.answer! || 'explanation' in plain)
  const full = await score({ prompt, sampling: { n: 2 }, include: ['tokens', 'samples', 'entailment'] })
  t.match(full.answer?.tokens, [
    { text: 'It', start: 0, end: 2, logprob: -0.2, end_token: false },
    { text: ' is', start: 2, end: 5 },
    { text: '', start: 5, end: 5, end_token: true }
  ])
  t.match(full.samples, [{ text: 'a', tokens: [{ text: 'a' }, {}] }, { text: 'b' }])
  t.match(full.entailment, [{ premise: 0, hypothesis: 1, contradiction: 0.9 }])
})

t.test('an explanation counts the samples and points at the weakest token', async (t) => {
  const { score } = setupScoring({ script: { samples: ['Canberra', 'Sydney'], entails: () => CONTRADICTS } })
  const { explanation } = await score({ prompt, answer: suppliedAnswer, sampling: { n: 4 }, explain: true })
  t.same(explanation?.alternatives, [{ text: 'Sydney', share: 0.5 }])
  t.match(explanation?.weakest_tokens, [
    { text: 'berra', start: 3, end: 8 },
    { text: 'Can', start: 0, end: 3 }
  ])
  t.equal(
    explanation?.summary,
    '2 of 4 sampled answers agree with the answer, 2 say “Sydney”; ' +
      'the least probable part of the answer is “berra” with probability 0.73.'
  )
})

t.test('conditions that a reader must know are warned of, once each', async (t) => {
  const codes = async (request: ScoreRequest, script = {}) =>
    (await setupScoring({ script }).score(request)).warnings.map((warning) => warning.code)
  t.same(await codes({ samples: ['a', 'b'], scorers: ['lexical_similarity'] }), ['few_samples'])
  t.same(await codes({ samples: Array(5).fill('a'), scorers: ['lexical_similarity'] }), ['degenerate_samples'])
  t.ok((await codes({ prompt, sampling: { temperature: 0 } })).includes('degenerate_samples'))
  t.notOk((await codes({ prompt })).includes('degenerate_samples'), 'own draws are independent')
  const cut = await codes({ prompt, preset: 'fast' }, { finishReason: 'length' })
  t.equal(cut.filter((code) => code === 'truncated').length, 1)
  const unread = await codes({ prompt, context: 'x', choices: ['a', 'b'], verbalized: { confidence: 1 } })
  t.ok(unread.includes('unused_evidence'))
  t.ok((await codes({ answer: { ...suppliedAnswer, decoding: {} }, scorers: ['g_nll'] })).includes('basis_unknown'))
})

t.test('samples without comparisons fail the scorers of meaning, not the request', async (t) => {
  const { score } = setupScoring({ script: { states: { entailment: 'loading' } } })
  const result = await score({ samples: ['a', 'b'], scorers: ['semantic_entropy', 'lexical_similarity'] })
  t.match(result.scores, {
    semantic_entropy: { status: 'failed', value: null, reason: 'entailment_unavailable' },
    lexical_similarity: { status: 'ok' }
  })
})

t.test('a value that is not finite never leaves, nor does one in the detail', async (t) => {
  const odd = (name: string, value: number) =>
    defineScorer({
      name,
      summary: 's',
      reference: 'r',
      needs: ['question'],
      unit: 'nats',
      range: [0, null],
      direction: 'higher_is_more_uncertain',
      cost: { generations: 0, entailment_pairs: 0 },
      score: () => ({ value, detail: { inner: [Infinity, 1, { deep: NaN }] } })
    }) as unknown as Scorer
  const { score } = setupScoring({
    scorers: new Map([
      ['odd', odd('odd', NaN)],
      ['even', odd('even', 2)]
    ])
  })
  const { scores } = await score({ prompt, scorers: ['odd', 'even'] })
  t.match(scores.odd, { status: 'failed', value: null, reason: 'not_finite' })
  t.same(scores.even?.detail, { inner: [null, 1, { deep: null }] })
})

t.test('a failing model fails the whole request with its own code', async (t) => {
  const error = new QualmError('QUALM_ERR_MODEL_FAILED', 'the worker died', { retryAfterSeconds: 1 })
  for (const kind of ['generate', 'entail'] as const) {
    const { admission, engine, fault } = setupScoring({ script: { samples: ['a', 'b'], failure: { kind, error } } })
    t.equal((await fault({ prompt }))?.code, 'QUALM_ERR_MODEL_FAILED')
    t.ok(
      engine.calls.every((call) => call.signal.aborted),
      'what else was under way is cancelled'
    )
    t.equal(admission.stats().active, 0)
  }
})

t.test(
  'a text that does not fit the window fails the scorers that need it, and the request if it has no other',
  async (t) => {
    const error = new QualmError('QUALM_ERR_PROMPT_TOO_LONG', 'Shorten the prompt.')
    const { score, fault } = setupScoring({ script: { failure: { kind: 'options', error } } })
    const given = { prompt, answer: 'Canberra', samples: ['Canberra', 'Sydney'], choices: ['Canberra', 'Sydney'] }
    const { scores } = await score({ ...given, scorers: ['option_probability', 'exact_match'] })
    t.match(scores, {
      option_probability: { status: 'failed', reason: 'prompt_too_long', message: 'Shorten the prompt.' },
      exact_match: { status: 'ok', value: 0.5 }
    })
    t.equal((await fault({ ...given, scorers: ['option_probability'] }))?.code, 'QUALM_ERR_PROMPT_TOO_LONG')
  }
)

t.test('a deadline that passes while models run ends the request and cancels its calls', async (t) => {
  const { opened, open } = latch()
  const { admission, clock, engine, fault } = setupScoring({ script: { until: opened } })
  const late = fault({ prompt, budget: { deadline_ms: 500 } })
  await new Promise((resolve) => setImmediate(resolve))
  clock.advance(500)
  t.equal((await late)?.code, 'QUALM_ERR_QUEUE_TIMEOUT')
  t.ok(engine.calls[0]?.signal.aborted)
  t.equal(admission.stats().active, 0)
  open()
})

t.test('a deadline that passes in the queue ends the request before any model runs', async (t) => {
  const { opened, open } = latch()
  const { clock, engine, fault, score } = setupScoring({ script: { until: opened }, admission: { maxActive: 1 } })
  const first = score({ prompt, seed: 1, sampling: { n: 1, max_tokens: 1 }, budget: { deadline_ms: 5000 } })
  await new Promise((resolve) => setImmediate(resolve))
  const late = fault({ prompt, seed: 2, budget: { deadline_ms: 500 } })
  await new Promise((resolve) => setImmediate(resolve))
  clock.advance(500)
  t.equal((await late)?.code, 'QUALM_ERR_QUEUE_TIMEOUT')
  t.equal(engine.calls.length, 1)
  open()
  t.equal((await first).scores.g_nll?.status, 'ok', 'the running request is not disturbed')
})

t.test('a client that leaves cancels its calls', async (t) => {
  const { opened, open } = latch()
  const { engine, fault } = setupScoring({ script: { until: opened } })
  const controller = new AbortController()
  const gone = fault({ prompt }, controller.signal)
  await new Promise((resolve) => setImmediate(resolve))
  controller.abort()
  t.equal((await gone)?.code, 'QUALM_ERR_CLIENT_GONE')
  t.ok(engine.calls[0]?.signal.aborted)
  open()
})

t.test('only requests that ask a model pass the gate', async (t) => {
  const { admission, score, fault } = setupScoring({ admission: { maxActive: 1, queueLimit: 0 } })
  const release = await admission.acquire({ signal: new AbortController().signal, costMs: 1, deadlineMs: null })
  t.equal((await fault({ prompt }))?.code, 'QUALM_ERR_QUEUE_FULL')
  t.equal((await score({ answer: suppliedAnswer, scorers: ['g_nll'] })).scores.g_nll?.status, 'ok')
  release()
})

t.test('the answer tells when, for whom and by which model', async (t) => {
  const { score } = setupScoring()
  t.match(await score({ prompt, custom_id: 'row-17' }), {
    id: /^score_[0-9a-f]{32}$/,
    object: 'uncertainty.score',
    created: 1_700_000_000,
    model: 'scripted-language',
    custom_id: 'row-17',
    timing: { queue_ms: 0, total_ms: 0 }
  })
})

t.test('one total split over more tokens is the same sequence score', async (t) => {
  const { score } = setupScoring()
  const split = {
    ...suppliedAnswer,
    logprobs: { content: ['C', 'an', 'berra'].map((token, i) => ({ token, logprob: [-0.05, -0.06, -0.31][i]! })) }
  }
  const [one, other] = await Promise.all([suppliedAnswer, split].map((answer) => score({ answer, scorers: ['g_nll'] })))
  t.ok(near(one!.scores.g_nll?.value, Number(other!.scores.g_nll?.value)))
})
