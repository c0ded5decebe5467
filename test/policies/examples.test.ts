import t from 'tap'
import { QualmError } from '../../src/errors.js'
import { scoreExamples, type ExampleScoring, type ScoreExample } from '../../src/policies/examples.js'
import { scorer } from './scorers.js'

const refuse: ScoreExample = async () => {
  throw new Error('nothing is to be scored')
}

const scoring = (changes: Partial<ExampleScoring> = {}): ExampleScoring => ({
  scorer: scorer(),
  options: {},
  defaultOptions: true,
  model: null,
  scoreExample: refuse,
  signal: new AbortController().signal,
  ...changes
})

t.test('raw scores become uncertainties and labels become losses', async (t) => {
  const examples = [
    { score: 2, correct: true },
    { score: 3, correct: false },
    { score: 1, correct: 0.75 }
  ]
  t.strictSame(await scoreExamples(examples, scoring()), {
    labelled: [
      { uncertainty: 2, loss: 0 },
      { uncertainty: 3, loss: 1 },
      { uncertainty: 1, loss: 0.25 }
    ],
    unscored: 0,
    reasons: {}
  })
})

t.test('scores of a scorer that is higher when certain are negated', async (t) => {
  const certain = scorer({ direction: 'higher_is_more_certain', range: [0, 1] })
  const { labelled } = await scoreExamples([{ score: 0.9, correct: true }], scoring({ scorer: certain }))
  t.strictSame(labelled, [{ uncertainty: -0.9, loss: 0 }])
})

t.test('a score outside the range of its scorer is refused and named', async (t) => {
  const examples = [
    { score: 1, correct: true },
    { score: -0.5, correct: true }
  ]
  await t.rejects(scoreExamples(examples, scoring()), {
    code: 'QUALM_ERR_INVALID_EVIDENCE',
    status: 422,
    errors: [{ pointer: '/examples/1/score' }]
  })
})

t.test('options may change the range, so then any finite score is taken', async (t) => {
  const found = await scoreExamples([{ score: -0.5, correct: true }], scoring({ defaultOptions: false }))
  t.equal(found.labelled[0]!.uncertainty, -0.5)
  for (const score of [Number.NaN, Number.POSITIVE_INFINITY]) {
    await t.rejects(scoreExamples([{ score, correct: true }], scoring({ defaultOptions: false })), {
      code: 'QUALM_ERR_INVALID_EVIDENCE'
    })
  }
})

t.test('an example has a score or a request, and a label within 0 to 1', async (t) => {
  const bad = [
    [{ correct: true }, '/examples/0'],
    [{ score: 1, request: {}, correct: true }, '/examples/0'],
    [{ score: 1, correct: 2 }, '/examples/0/correct'],
    [{ score: 1, correct: Number.NaN }, '/examples/0/correct']
  ] as const
  for (const [example, pointer] of bad) {
    await t.rejects(scoreExamples([example], scoring()), { code: 'QUALM_ERR_VALIDATION', errors: [{ pointer }] })
  }
})

t.test('requests are scored with the scorer, its options and the model of the policy', async (t) => {
  const seen: unknown[] = []
  const scoreExample: ScoreExample = async (request, { name }, options) => {
    seen.push([request, name, options])
    return { uncertainty: 4 }
  }
  const options = { variant: 'discrete' }
  const examples = [
    { request: { prompt: 'a' }, correct: true },
    { request: { prompt: 'b', model: 'own' }, correct: false }
  ]
  const { labelled } = await scoreExamples(examples, scoring({ options, model: 'small', scoreExample }))
  t.strictSame(labelled, [
    { uncertainty: 4, loss: 0 },
    { uncertainty: 4, loss: 1 }
  ])
  t.strictSame(seen, [
    [{ prompt: 'a', model: 'small' }, 'spread', options],
    [{ prompt: 'b', model: 'own' }, 'spread', options]
  ])
})

t.test('examples that have no score are left out, with the reasons counted', async (t) => {
  const outcomes = [
    { reason: 'empty_answer' },
    { uncertainty: 1 },
    { reason: 'empty_answer' },
    { reason: 'needs_samples' }
  ]
  const scoreExample: ScoreExample = async ({ index }) => outcomes[Number(index)]!
  const examples = outcomes.map((_, index) => ({ request: { index }, correct: index === 1 }))
  t.strictSame(await scoreExamples(examples, scoring({ scoreExample })), {
    labelled: [{ uncertainty: 1, loss: 0 }],
    unscored: 3,
    reasons: { empty_answer: 2, needs_samples: 1 }
  })
})

t.test('the error of a nested request points into that request', async (t) => {
  const scoreExample: ScoreExample = async () => {
    const errors = [{ pointer: '/promt', message: 'unknown' }]
    throw new QualmError('QUALM_ERR_VALIDATION', 'unknown field', { errors })
  }
  const examples = [
    { score: 1, correct: true },
    { request: { promt: 'a' }, correct: true }
  ]
  await t.rejects(scoreExamples(examples, scoring({ scoreExample })), {
    code: 'QUALM_ERR_VALIDATION',
    errors: [{ pointer: '/examples/1/request/promt', message: 'unknown' }]
  })
})

t.test('a full queue keeps its code and its time to retry', async (t) => {
  const scoreExample: ScoreExample = async () => {
    throw new QualmError('QUALM_ERR_QUEUE_FULL', 'full', { retryAfterSeconds: 3 })
  }
  await t.rejects(scoreExamples([{ request: {}, correct: true }], scoring({ scoreExample })), {
    code: 'QUALM_ERR_QUEUE_FULL',
    status: 503,
    retryAfterSeconds: 3
  })
})

t.test('only a few requests run at once', async (t) => {
  let running = 0
  let most = 0
  const scoreExample: ScoreExample = async () => {
    most = Math.max(most, ++running)
    await new Promise((resolve) => {
      setImmediate(resolve)
    })
    running--
    return { uncertainty: 0 }
  }
  await scoreExamples(
    Array.from({ length: 40 }, () => ({ request: {}, correct: true })),
    scoring({ scoreExample })
  )
  t.equal(most, 8)
})
