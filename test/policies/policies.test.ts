import t, { type Test } from 'tap'
import { createPolicies, type PolicyDependencies } from '../../src/policies/policies.js'
import type { PolicyRequest } from '../../src/schemas/policy.js'
import { openStore } from '../../src/store/store.js'
import { scorer } from './scorers.js'

const signal = new AbortController().signal
const SCORERS = [
  scorer(),
  scorer({
    name: 'certainty',
    direction: 'higher_is_more_certain',
    unit: 'probability',
    range: [0, 1],
    options: {
      type: 'object',
      additionalProperties: false,
      properties: { depth: { type: 'integer', minimum: 1, default: 2 } }
    }
  }),
  scorer({ name: 'conformal_abstention', needs: ['conformal'], range: [0, 1], direction: 'higher_is_more_certain' })
]

async function policies(t: Test, changes: Partial<PolicyDependencies> = {}) {
  const store = await openStore(t.testdir())
  t.teardown(() => store.close())
  return createPolicies({
    store,
    scorers: new Map(SCORERS.map((entry) => [entry.name, entry])),
    scoreExample: async ({ score }) => ({ uncertainty: Number(score) }),
    models: () => [{ role: 'language', id: 'small', digest: 'abc' }],
    calibrations: { lookup: async (name) => Promise.reject(new Error(name)) },
    now: () => 1_795_305_600_999,
    ...changes
  })
}

/** n raw examples with scores 0, 1, 2 …, of which those from `wrongFrom` on are wrong. */
const raw = (n: number, wrongFrom = n) => Array.from({ length: n }, (_, i) => ({ score: i, correct: i < wrongFrom }))

const request = (changes: Partial<PolicyRequest> = {}): PolicyRequest => ({
  name: 'support-bot',
  scorer: 'spread',
  examples: raw(200, 120),
  objective: { kind: 'selective_error', target: 0.1 },
  ...changes
})

t.test('a policy tells its threshold, guarantee, answered share and report', async (t) => {
  const policy = await (await policies(t)).create(request(), signal)
  t.match(policy, {
    object: 'policy',
    name: 'support-bot',
    version: 1,
    scorer: 'spread',
    model: null,
    options: {},
    created: 1_795_305_600,
    direction: 'higher_is_more_uncertain',
    actions: { below: 'accept', between: 'review', above: 'abstain' },
    guarantee: { kind: 'selective_error', method: 'learn_then_test', target: 0.1, level: 0.9, n: 200, valid: true },
    report: { n: 200, unscored: 0, right: 120, error_rate: 0.4, auroc: 1, prr: 1 }
  })
  t.ok(policy.threshold! >= 119 && policy.threshold! < 133, `${policy.threshold}`)
  t.equal(policy.report.accepted, policy.threshold! + 1)
  t.equal(policy.answered_share, (policy.threshold! + 1) / 200)
  t.equal(policy.report.error_on_accepted, (policy.threshold! - 119) / (policy.threshold! + 1))
  t.ok(policy.report.p_value! <= 0.1)
})

t.test('raw scores carry no model, which is told and warned of', async (t) => {
  const policy = await (await policies(t)).create(request(), signal)
  t.equal(policy.binding, 'unknown')
  t.same(
    policy.warnings.map(({ code }) => code),
    ['binding_unknown']
  )
})

t.test('scored requests bind the policy to the models', async (t) => {
  const examples = raw(200, 120).map(({ score, correct }) => ({ request: { score }, correct }))
  const policy = await (await policies(t)).create(request({ examples }), signal)
  t.match(policy.binding, { scorer: 'spread', models: [{ role: 'language', id: 'small', digest: 'abc' }] })
  t.same(policy.warnings, [])
})

t.test('examples of different models make no policy', async (t) => {
  const service = await policies(t)
  const on = (model?: string) => ({ request: { score: 1, ...(model !== undefined && { model }) }, correct: true })
  await t.rejects(service.create(request({ examples: [on(), on('small'), on('large')] }), signal), {
    code: 'QUALM_ERR_INVALID_EVIDENCE',
    status: 422,
    errors: [{ pointer: '/examples/2/request/model' }]
  })
  const examples = Array.from({ length: 30 }, (_, i) => on(i === 3 ? 'small' : undefined))
  t.equal((await service.create(request({ examples }), signal)).model, 'small')
})

t.test('the model named for the policy is the one that it is bound to', async (t) => {
  const models = () => [
    { role: 'language', id: 'small', digest: 'abc' },
    { role: 'language', id: 'large', digest: 'def' }
  ]
  const examples = Array.from({ length: 30 }, () => ({ request: { score: 1 }, correct: true }))
  const policy = await (await policies(t, { models })).create(request({ examples, model: 'large' }), signal)
  t.match(policy, { model: 'large', binding: { models: [{ role: 'language', id: 'large', digest: 'def' }] } })
})

t.test('a scorer that is higher when certain has its threshold on its own scale', async (t) => {
  const service = await policies(t)
  const examples = raw(100).map(({ score }) => ({ score: 1 - score / 100, correct: score < 60 }))
  const objective = { kind: 'coverage', target: 0.1 } as const
  const policy = await service.create(request({ scorer: 'certainty', examples, objective }), signal)
  // 60 right answers from 1 down to 0.41: k = ⌈61 · 0.9⌉ = 55, the 55th most certain.
  t.equal(policy.threshold, 1 - 54 / 100)
  t.equal(policy.direction, 'higher_is_more_certain')
  const stored = await service.lookup('support-bot')
  t.equal(stored.threshold, -policy.threshold!)
  t.equal(stored.calibration.length, 60)
  t.strictSame(
    stored.calibration,
    [...stored.calibration].sort((a, b) => a - b)
  )
})

t.test('the same name again is version 2, and both can be read', async (t) => {
  const service = await policies(t)
  await service.create(request({ actions: { above: 'escalate' } }), signal)
  const second = await service.create(request(), signal)
  t.equal(second.version, 2)
  t.strictSame(await service.get('support-bot'), second)
  t.match(await service.get('support-bot@1'), { version: 1, actions: { below: 'accept', above: 'escalate' } })
  t.match(await service.list(), { object: 'list', data: [{ name: 'support-bot', version: 2 }] })
})

t.test('an unknown or ill-formed name is not found, to read and to remove', async (t) => {
  const service = await policies(t)
  await service.create(request(), signal)
  const missing = { code: 'QUALM_ERR_UNKNOWN_POLICY', status: 404 }
  for (const reference of ['other', 'support-bot@2', 'support-bot@x', '', '../support-bot']) {
    await t.rejects(service.lookup(reference), missing)
    await t.rejects(service.remove(reference), missing)
  }
  t.equal((await service.lookup('support-bot')).version, 1)
})

t.test('a removed policy is gone', async (t) => {
  const service = await policies(t)
  await service.create(request(), signal)
  await service.remove('support-bot')
  await t.rejects(service.get('support-bot'), { code: 'QUALM_ERR_UNKNOWN_POLICY' })
  t.same((await service.list()).data, [])
})

t.test('an unknown scorer is named with the nearest one', async (t) => {
  await t.rejects((await policies(t)).create(request({ scorer: 'spraed' }), signal), {
    code: 'QUALM_ERR_UNKNOWN_SCORER',
    status: 400,
    errors: [{ pointer: '/scorer', message: /did you mean "spread"/ }]
  })
})

t.test('a scorer that needs a policy cannot make one', async (t) => {
  await t.rejects((await policies(t)).create(request({ scorer: 'conformal_abstention' }), signal), {
    code: 'QUALM_ERR_UNKNOWN_SCORER',
    errors: [{ pointer: '/scorer' }]
  })
})

t.test('options are checked and filled in', async (t) => {
  const service = await policies(t)
  const examples = raw(30).map(({ score, correct }) => ({ score: score / 30, correct }))
  const ask = (options: Record<string, unknown>) =>
    service.create(request({ scorer: 'certainty', options, examples }), signal)
  t.strictSame((await ask({})).options, { depth: 2 })
  await t.rejects(ask({ dept: 3 }), { code: 'QUALM_ERR_UNKNOWN_SCORER', errors: [{ pointer: '/options/dept' }] })
  await t.rejects(ask({ depth: 0 }), { code: 'QUALM_ERR_VALIDATION', errors: [{ pointer: '/options/depth' }] })
})

t.test('a target or level outside 0 to 1, or no number, is refused', async (t) => {
  const service = await policies(t)
  for (const target of [0, 1, -0.1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    await t.rejects(service.create(request({ objective: { kind: 'coverage', target } }), signal), {
      code: 'QUALM_ERR_VALIDATION',
      errors: [{ pointer: '/objective/target' }]
    })
  }
  await t.rejects(service.create(request({ objective: { kind: 'coverage', target: 0.1, level: 1 } }), signal), {
    code: 'QUALM_ERR_VALIDATION',
    errors: [{ pointer: '/objective/level' }]
  })
})

t.test('one example is too few for a guarantee at ninety per cent', async (t) => {
  const service = await policies(t)
  await t.rejects(service.create(request({ examples: raw(1) }), signal), {
    code: 'QUALM_ERR_TOO_FEW_EXAMPLES',
    extra: { needed: 22, have: 1 }
  })
  await t.rejects(service.create(request({ examples: [] }), signal), { code: 'QUALM_ERR_TOO_FEW_EXAMPLES' })
})

t.test('one right example with a target of one half is a policy', async (t) => {
  const policy = await (
    await policies(t)
  ).create(request({ examples: raw(1), objective: { kind: 'coverage', target: 0.5 } }), signal)
  t.match(policy, { threshold: 0, answered_share: 1, report: { n: 1, auroc: null, auarc: null, prr: null } })
})

t.test('no example with a score is too few, and nothing is kept', async (t) => {
  const service = await policies(t, { scoreExample: async () => ({ reason: 'empty_answer' }) })
  const examples = Array.from({ length: 30 }, () => ({ request: {}, correct: true }))
  await t.rejects(service.create(request({ examples }), signal), {
    code: 'QUALM_ERR_TOO_FEW_EXAMPLES',
    extra: { have: 0 }
  })
  t.same((await service.list()).data, [])
})

t.test('examples without a score are reported and warned of', async (t) => {
  const service = await policies(t, {
    scoreExample: async ({ score }) =>
      Number(score) % 10 === 0 ? { reason: 'empty_answer' } : { uncertainty: Number(score) }
  })
  const examples = raw(200, 120).map(({ score, correct }) => ({ request: { score }, correct }))
  const policy = await service.create(request({ examples }), signal)
  t.match(policy.report, { n: 180, unscored: 20 })
  t.match(policy.warnings, [{ code: 'unscored_examples', message: /20 examples .* empty_answer \(20\)/ }])
})

t.test('labels that all agree make a policy with undefined metrics and a warning', async (t) => {
  const policy = await (await policies(t)).create(request({ examples: raw(50) }), signal)
  t.match(policy, { threshold: 49, answered_share: 1, report: { error_rate: 0, auroc: null, auprc: null, prr: null } })
  t.same(
    policy.warnings.map(({ code }) => code),
    ['binding_unknown', 'labels_all_equal', 'accepts_all']
  )
})

t.test('all answers wrong have no policy', async (t) => {
  const service = await policies(t)
  const examples = raw(50, 0)
  await t.rejects(service.create(request({ examples }), signal), { code: 'QUALM_ERR_NO_VALID_THRESHOLD' })
  await t.rejects(service.create(request({ examples, objective: { kind: 'coverage', target: 0.1 } }), signal), {
    code: 'QUALM_ERR_TOO_FEW_EXAMPLES',
    extra: { needed: 9, have: 0 }
  })
})

t.test('constant scores are warned of', async (t) => {
  const examples = Array.from({ length: 100 }, (_, i) => ({ score: 3, correct: i !== 0 }))
  const policy = await (await policies(t)).create(request({ examples }), signal)
  t.match(policy, { threshold: 3, answered_share: 1, report: { auroc: 0.5 } })
  t.ok(policy.warnings.some(({ code }) => code === 'constant_scores'))
})

t.test('a score that is higher for right answers is warned of', async (t) => {
  const examples = raw(100).map(({ score }) => ({ score, correct: score >= 10 }))
  const policy = await (
    await policies(t)
  ).create(request({ examples, objective: { kind: 'coverage', target: 0.1 } }), signal)
  t.ok(policy.warnings.some(({ code }) => code === 'score_misleads'))
})

t.test('a caller that has left stops the work', async (t) => {
  const gone = AbortSignal.abort(new Error('gone'))
  await t.rejects((await policies(t)).create(request(), gone), { message: 'gone' })
})
