import t from 'tap'
import { QualmError } from '../../src/errors.js'
import { evaluationsOn, examples, resultOf } from './drafts.js'

const { signal } = new AbortController()
const scorers = ['spread', 'certainty']

t.test('an evaluation tells the figures of every scorer, best first, and is kept', async (t) => {
  const { evaluations } = evaluationsOn()
  const made = await evaluations.create({ name: 'facts', scorers, examples: examples(40, 20) }, signal)
  t.match(made, { object: 'evaluation', id: 'facts@1', version: 1, created: 1_795_305_600, n: 40, accuracy: 0.5 })
  t.match(made.table[0], {
    scorer: 'spread',
    n: 40,
    missing: {},
    auroc: { value: 1, low: 1, high: 1 },
    prr: { value: 1 }
  })
  t.match(made.table[1], { scorer: 'certainty', n: 20, missing: { needs_samples: 20 }, auroc: { value: 1 } })
  t.same(made.risk_coverage['spread']!.at(-1), { coverage: 1, risk: 0.5 })
  t.equal(made.usage.model_calls, 160)
  t.same(
    made.warnings.map(({ code }) => code),
    ['unscored_examples']
  )
  t.same(await evaluations.get('facts'), made)
  t.equal((await evaluations.create({ name: 'facts', scorers, examples: examples(2, 1) }, signal)).id, 'facts@2')
})

t.test('an answer is judged by the accepted answers', async (t) => {
  const { evaluations } = evaluationsOn()
  const asked = (seed: number, answers: string[]) => ({ request: { prompt: 'Where?', seed }, answers })
  const made = await evaluations.create(
    { scorers: ['spread'], examples: [asked(1, ['Canberra']), asked(2, ['Sydney']), asked(3, ['Perth'])] },
    signal
  )
  t.equal(made.accuracy, 1 / 3)
  t.equal(made.table[0]!.auroc.value, 1)
})

t.test('a request runs with the scorers and the model of the evaluation, not its own', async (t) => {
  const { evaluations, scoring } = evaluationsOn()
  const request = { prompt: 'Who?', policy: 'bot', preset: 'thorough', options: { g_nll: {} }, explain: true }
  await evaluations.create(
    {
      scorers: ['spread'],
      model: 'small',
      examples: [
        { request, correct: true },
        { request: { ...request, model: 'own' }, correct: false }
      ]
    },
    signal
  )
  t.strictSame(scoring.requests[0], { model: 'small', prompt: 'Who?', scorers: ['spread'] })
  t.equal(scoring.requests[1]!.model, 'own')
})

t.test('a bad request is told with its place', async (t) => {
  const { evaluations } = evaluationsOn()
  const bad = [...examples(2, 1), { request: { promt: 'Who?' }, correct: true }]
  await t.rejects(evaluations.create({ scorers, examples: bad }, signal), {
    code: 'QUALM_ERR_VALIDATION',
    errors: [{ pointer: '/examples/2/request/promt' }]
  })
})

t.test('an example has one label', async (t) => {
  const { evaluations } = evaluationsOn()
  const both = [{ request: {}, correct: true, answers: ['x'] }]
  await t.rejects(evaluations.create({ scorers, examples: both }, signal), { errors: [{ pointer: '/examples/0' }] })
})

t.test('unknown scorers, options without a scorer and scorers of policies are refused before any work', async (t) => {
  const { evaluations, scoring } = evaluationsOn()
  const refused = async (changes: object, pointer: string) =>
    t.rejects(evaluations.create({ examples: examples(2, 1), ...changes }, signal), { errors: [{ pointer }] })
  await refused({ scorers: ['spread', 'spred'] }, '/scorers/1')
  await refused({ scorers: ['conformal_abstention'] }, '/scorers/0')
  await refused({ scorers, options: { nothing: {} } }, '/options/nothing')
  await refused({ scorers, preset: 'fast' }, '/preset')
  t.equal(scoring.requests.length, 0)
})

t.test('an answer without evidence is missing everywhere; without any score there is nothing to keep', async (t) => {
  const lacking = new QualmError('QUALM_ERR_NO_EVIDENCE', 'None.')
  const some = evaluationsOn((request) => {
    if (request.seed === 0) throw lacking
    return resultOf(request)
  })
  const made = await some.evaluations.create({ scorers: ['spread'], examples: examples(4, 2) }, signal)
  t.match(made.table[0], { n: 3, missing: { no_evidence: 1 } })
  const none = evaluationsOn(() => {
    throw lacking
  })
  await t.rejects(none.evaluations.create({ scorers, examples: examples(2, 1) }, signal), {
    code: 'QUALM_ERR_NO_EVIDENCE'
  })
})

t.test('labels that all agree have no AUROC, and a warning says so', async (t) => {
  const { evaluations } = evaluationsOn()
  const made = await evaluations.create({ scorers: ['spread'], examples: examples(5, 5) }, signal)
  t.equal(made.table[0]!.auroc.value, null)
  t.match(made.warnings, [{ code: 'labels_all_equal' }])
})

t.test('one example has a table too', async (t) => {
  const { evaluations } = evaluationsOn()
  const made = await evaluations.create({ scorers: ['spread'], examples: examples(1, 1) }, signal)
  t.match(made.table[0], { n: 1, auroc: { value: null }, ece: { value: null }, auarc: { value: null } })
})

t.test('what is not there is told', async (t) => {
  const { evaluations } = evaluationsOn()
  for (const name of ['nothing', 'nothing@3', '@@']) {
    await t.rejects(evaluations.get(name), { code: 'QUALM_ERR_UNKNOWN_EVALUATION', status: 404 })
    await t.rejects(evaluations.remove(name), { code: 'QUALM_ERR_UNKNOWN_EVALUATION' })
  }
})
