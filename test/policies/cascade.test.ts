import t from 'tap'
import { decide } from '../../src/policies/decide.js'
import { make, ranked } from './making.js'

const objective = { kind: 'cascade_error', target: 0.1 } as const
/** The first 200 of 300 right; the stronger model is wrong on every twentieth. */
const examples = ranked(300, 200).map((example, i) => ({ ...example, escalated_correct: i % 20 !== 0 }))
const escalation = { model: 'large', cost: 10, own_cost: 1 }

t.test('a cascade keeps what it may, and tells its error and cost beside those of either model alone', async (t) => {
  const policy = await make({ examples, objective, escalation })
  const { threshold, report } = policy
  t.ok(threshold! >= 200 && threshold! < 230, `${threshold}`)
  const share = (299 - threshold!) / 300
  t.match(policy.guarantee, {
    kind: 'cascade_error',
    method: 'learn_then_test',
    level: 0.9,
    n: 300,
    p_value: 'binomial'
  })
  t.match(report.cascade, {
    n: 300,
    answered_share: 1,
    escalated_share: share,
    error_without: 1 / 3,
    error_of_model: 0.05
  })
  t.match(report.cascade, { cost: 1 + 10 * share, cost_without: 1, cost_of_model: 10 })
  t.ok(report.cascade!.error! < 0.1)
})

t.test('an answer above the threshold names the model and its price', async (t) => {
  const policy = await make({ examples, objective, escalation })
  t.match(decide(policy, 299), { action: 'escalate', escalation: { model: 'large', cost: 10 } })
})

t.test('a target below the error of the stronger model is refused with one that works', async (t) => {
  let smallest = 0
  try {
    await make({ examples, objective: { ...objective, target: 0.01 } })
    t.fail('the stronger model is wrong in a twentieth')
  } catch (error) {
    t.match(error, { code: 'QUALM_ERR_NO_VALID_THRESHOLD' })
    smallest = (error as { extra: { smallest_attainable_target: number } }).extra.smallest_attainable_target
  }
  t.ok(smallest > 0.01 && smallest < 0.1, `${smallest}`)
  t.ok((await make({ examples, objective: { ...objective, target: smallest } })).threshold! >= 0)
})

t.test('every example needs the answer of both models, and enough of them', async (t) => {
  await t.rejects(make({ examples: ranked(100), objective }), { code: 'QUALM_ERR_VALIDATION' })
  await t.rejects(make({ examples: examples.slice(0, 21), objective }), {
    code: 'QUALM_ERR_TOO_FEW_EXAMPLES',
    extra: { needed: 22, have: 21 }
  })
  await t.rejects(make({ examples, objective, actions: { above: 'review' } }), { code: 'QUALM_ERR_VALIDATION' })
})

t.test('graded answers get the Hoeffding–Bentkus test, and binomial is refused for them', async (t) => {
  const graded = examples.map((example) => ({ ...example, escalated_correct: 0.97 }))
  t.match((await make({ examples: graded, objective })).guarantee, { p_value: 'hoeffding_bentkus' })
  await t.rejects(make({ examples: graded, objective: { ...objective, p_value: 'binomial' } }), {
    code: 'QUALM_ERR_VALIDATION',
    errors: [{ pointer: '/objective/p_value' }]
  })
})

t.test(
  'a policy of another kind reports the cascade from the examples that tell of it, without prices too',
  async (t) => {
    const some = examples.map((example, i) => (i < 100 ? { score: i, correct: true } : example))
    const actions = { above: 'escalate' } as const
    const policy = await make({ examples: some, objective: { kind: 'selective_error', target: 0.1 }, actions })
    t.match(policy.report.cascade, { n: 200, answered_share: 1, cost: null, error_of_model: 0.05 })
    t.match(
      (await make({ examples: ranked(50), objective: { kind: 'coverage', target: 0.1 } })).report.cascade,
      undefined
    )
  }
)
