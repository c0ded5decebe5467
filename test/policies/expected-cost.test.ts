import t from 'tap'
import { decide } from '../../src/policies/decide.js'
import { policyResource } from '../../src/policies/resource.js'
import { make, ranked } from './making.js'

const costs = { wrong: 10, review: 2, abstain: 1 }
const objective = { kind: 'expected_cost', costs } as const
const examples = ranked(200, 120)

t.test('the cheapest threshold on the examples promises nothing, and says so', async (t) => {
  const policy = await make({ examples, objective })
  t.equal(policy.threshold, 119)
  t.equal(policy.guarantee, null)
  t.equal(policy.report.expected_cost, 80 / 200)
  t.match(policy.objective, { target: null, level: null, costs })
  const decision = decide(policy, 119)
  t.equal(decision.action, 'accept')
  t.notOk('guarantee' in decision)
  t.equal(policyResource(policy).guarantee, null)
})

t.test('the action above the threshold is the cheapest that has a price, unless it is named', async (t) => {
  t.equal((await make({ examples, objective })).actions.above, 'abstain')
  const cheapReview = { ...objective, costs: { wrong: 10, review: 0.5, abstain: 1 } }
  t.equal((await make({ examples, objective: cheapReview })).actions.above, 'review')
  const named = await make({ examples, objective, actions: { above: 'review' } })
  t.match(named, { actions: { above: 'review' }, report: { expected_cost: 160 / 200 } })
})

t.test('with a bound, the promise is the cost that is not exceeded at the level', async (t) => {
  const policy = await make({ examples, objective: { ...objective, method: 'bound', level: 0.8 } })
  t.match(policy.guarantee, { kind: 'expected_cost', method: 'bonferroni_bound', level: 0.8, n: 200 })
  t.ok(policy.guarantee!.target > 0.4 && policy.guarantee!.target < 2, `${policy.guarantee!.target}`)
  t.equal(policy.report.expected_cost, policy.guarantee!.target)
})

t.test('a bound that is out of reach is refused with the smallest that is not', async (t) => {
  const bounded = { ...objective, method: 'bound' }
  const reached = (await make({ examples, objective: bounded })).guarantee!.target
  await t.rejects(make({ examples, objective: { ...bounded, target: reached / 2 } }), {
    code: 'QUALM_ERR_NO_VALID_THRESHOLD',
    extra: { smallest_attainable_target: reached }
  })
  t.equal((await make({ examples, objective: { ...bounded, target: reached } })).guarantee!.target, reached)
})

t.test('answers that are dearer than silence have no threshold', async (t) => {
  await t.rejects(make({ examples: ranked(50, 0), objective }), { code: 'QUALM_ERR_NO_VALID_THRESHOLD' })
})

t.test('prices that are missing or meaningless are refused', async (t) => {
  const bad = [
    [{ kind: 'expected_cost' }, '/objective/costs'],
    [{ kind: 'expected_cost', costs: { wrong: 1, review: 1 } }, '/objective/costs', { above: 'abstain' }],
    [{ ...objective, target: 1 }, '/objective/target'],
    [{ ...objective, level: 0.9 }, '/objective/level'],
    [{ ...objective, method: 'other' }, '/objective/method'],
    [{ ...objective, method: 'bound', target: 0 }, '/objective/target']
  ] as const
  for (const [asked, pointer, actions] of bad) {
    await t.rejects(make({ examples, objective: asked, ...(actions && { actions }) }), {
      code: 'QUALM_ERR_VALIDATION',
      errors: [{ pointer }]
    })
  }
})
