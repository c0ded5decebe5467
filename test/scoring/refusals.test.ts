import t from 'tap'
import type { ScoreRequest } from '../../src/schemas/score.js'
import { setupScoring, storedPolicy } from '../fixtures/scoring-setup.js'

const prompt = 'What is the capital of Australia?'

t.test('what cannot be met is refused before any model runs', async (t) => {
  const refusals: readonly [string, ScoreRequest, string, string | undefined][] = [
    ['an unknown scorer', { prompt, scorers: ['perplexity', 'g_nl'] }, 'QUALM_ERR_UNKNOWN_SCORER', '/scorers/1'],
    [
      'an unknown option',
      { prompt, scorers: ['semantic_entropy'], options: { semantic_entropy: { varient: 'rao' } } },
      'QUALM_ERR_UNKNOWN_SCORER',
      '/options/semantic_entropy/varient'
    ],
    [
      'a bad option',
      { prompt, scorers: ['semantic_entropy'], options: { semantic_entropy: { variant: 'best' } } },
      'QUALM_ERR_VALIDATION',
      '/options/semantic_entropy/variant'
    ],
    ['options of an unknown scorer', { prompt, options: { 'a/b': {} } }, 'QUALM_ERR_UNKNOWN_SCORER', '/options/a~1b'],
    [
      'options of a scorer that does not run',
      { prompt, scorers: ['g_nll'], options: { semantic_entropy: {} } },
      'QUALM_ERR_VALIDATION',
      '/options/semantic_entropy'
    ],
    ['scorers beside a preset', { prompt, scorers: ['g_nll'], preset: 'fast' }, 'QUALM_ERR_VALIDATION', '/preset'],
    [
      'a prompt beside messages',
      { prompt, messages: [{ role: 'user', content: 'x' }] },
      'QUALM_ERR_VALIDATION',
      '/prompt'
    ],
    ['an unknown model', { prompt, model: '../../etc' }, 'QUALM_ERR_UNKNOWN_MODEL', '/model'],
    ['an encoder as a model', { prompt, model: 'scripted-entailment' }, 'QUALM_ERR_UNKNOWN_MODEL', '/model'],
    ['an unknown calibration', { prompt, calibration: 'x' }, 'QUALM_ERR_UNKNOWN_CALIBRATION', '/calibration'],
    ['an unknown policy', { prompt, policy: 'x' }, 'QUALM_ERR_UNKNOWN_POLICY', undefined],
    ['too many samples', { prompt, sampling: { n: 65 } }, 'QUALM_ERR_BUDGET_EXCEEDED', '/sampling/n'],
    [
      'more tokens than the budget',
      { prompt, sampling: { n: 3, max_tokens: 10 }, budget: { completion_tokens: 39 } },
      'QUALM_ERR_BUDGET_EXCEEDED',
      '/budget/completion_tokens'
    ],
    [
      'more comparisons than allowed',
      { samples: Array.from({ length: 64 }, (_, i) => `answer ${i}`) },
      'QUALM_ERR_BUDGET_EXCEEDED',
      '/samples'
    ],
    [
      'a log-probability above zero',
      { answer: { text: 'a', logprobs: { content: [{ token: 'a', logprob: 0.5 }] } } },
      'QUALM_ERR_INVALID_LOGPROB',
      '/answer/logprobs/content/0/logprob'
    ],
    [
      'comparisons that do not fit',
      { samples: ['a', 'b'], evidence: { similarity: [[1]] } },
      'QUALM_ERR_INVALID_EVIDENCE',
      '/evidence/similarity'
    ]
  ]
  for (const [title, request, code, pointer] of refusals) {
    const { engine, fault } = setupScoring()
    t.match(await fault(request), { code, pointer }, title)
    t.equal(engine.calls.length, 0, `${title}: no call`)
  }
})

t.test('a misspelt scorer is answered with the nearest name', async (t) => {
  const { fault } = setupScoring()
  t.match((await fault({ prompt, scorers: ['g_nl'] }))?.messages, [/did you mean "g_nll"/])
})

t.test('a message that asks what was meant ends with its question mark', async (t) => {
  const { scoring } = setupScoring()
  const context = { signal: new AbortController().signal, requestId: 'r-1' }
  await t.rejects(scoring.score({ prompt, scorers: ['g_nl'] }, context), { message: /did you mean "g_nll"\?$/ })
})

t.test('all unknown scorers are named together', async (t) => {
  const { fault } = setupScoring()
  t.equal((await fault({ prompt, scorers: ['aaa', 'g_nll', 'bbb'] }))?.messages.length, 2)
})

t.test('a budget that is just enough is accepted', async (t) => {
  const { score } = setupScoring()
  const request = { prompt, sampling: { n: 3, max_tokens: 10 }, budget: { completion_tokens: 40 } }
  t.equal((await score(request)).scores.g_nll?.status, 'ok')
})

t.test('duplicates and supplied comparisons do not count against the cap on comparisons', async (t) => {
  const { score } = setupScoring({ limits: { maxPairs: 0 } })
  const yes = { entailment: 0.9, neutral: 0.08, contradiction: 0.02 }
  const scorers = ['semantic_entropy']
  t.equal((await score({ samples: ['a', 'a', 'a.'], scorers })).scores.semantic_entropy?.status, 'ok')
  const evidence = {
    entailment: [
      [yes, yes],
      [yes, yes]
    ]
  }
  t.equal((await score({ samples: ['a', 'b'], evidence, scorers })).scores.semantic_entropy?.status, 'ok')
})

t.test('a language model that loads or has failed is told apart, and only when it is needed', async (t) => {
  const loading = setupScoring({ script: { states: { language: 'loading' } } })
  t.equal((await loading.fault({ prompt }))?.code, 'QUALM_ERR_NOT_READY')
  const failed = setupScoring({ script: { states: { language: 'failed' } } })
  t.equal((await failed.fault({ prompt }))?.code, 'QUALM_ERR_MODEL_UNAVAILABLE')
  const answer = { text: 'a', logprobs: { content: [{ token: 'a', logprob: -0.5 }] } }
  t.equal((await failed.score({ answer, scorers: ['g_nll'] })).scores.g_nll?.value, 0.5)
})

t.test('a policy whose scorer is gone is refused', async (t) => {
  const { fault } = setupScoring({ policies: [storedPolicy({ scorer: 'gone' })] })
  t.match(await fault({ prompt, policy: 'bot' }), { code: 'QUALM_ERR_BINDING', pointer: '/policy' })
})

t.test('when no scorer has its evidence every reason is told', async (t) => {
  const { engine, fault } = setupScoring()
  const scorers = ['g_nll', 'semantic_entropy', 'verbalized_confidence', 'conformal_abstention']
  const found = await fault({ answer: 'a', fill: 'never', scorers })
  t.equal(found?.code, 'QUALM_ERR_NO_EVIDENCE')
  t.match(found?.messages, [
    /^g_nll: needs_logprobs/,
    /^semantic_entropy: needs_samples/,
    /^verbalized_confidence: needs_model_call/,
    /^conformal_abstention: needs_policy/
  ])
  t.equal(engine.calls.length, 0)
})

t.test('an empty answer and tokens of another text are no evidence', async (t) => {
  const { fault } = setupScoring()
  t.match(await fault({ prompt, answer: '', scorers: ['g_nll'] }), {
    code: 'QUALM_ERR_NO_EVIDENCE',
    messages: [/empty_answer/]
  })
  const answer = { text: 'a', logprobs: { content: [{ token: 'b', logprob: -0.5 }] } }
  t.match(await fault({ prompt, answer, scorers: ['g_nll'] }), {
    code: 'QUALM_ERR_NO_EVIDENCE',
    messages: [/alignment_failed/]
  })
})
