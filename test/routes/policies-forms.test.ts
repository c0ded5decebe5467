/** Every form of a policy through the route and the store: what is answered is what is shown again. */
import t, { type Test } from 'tap'
import { createPolicies } from '../../src/policies/policies.js'
import { openStore } from '../../src/store/store.js'
import { build } from '../helper.js'
import { ranked, SCORERS } from '../policies/making.js'

/** One server for all: every request makes another version. */
const store = await openStore(t.testdir())
t.teardown(() => store.close())
const scorers = new Map(SCORERS.map((one) => [one.name, one]))
const scoreExample = async ({ seed }: Readonly<Record<string, unknown>>) => ({ uncertainty: Number(seed) })
const calibrations = { lookup: async (name: string) => Promise.reject(new Error(name)) }
const policies = createPolicies({ store, scorers, calibrations, models: () => [], now: Date.now, scoreExample })
const server = await build(t, { store, scorers, policies })

async function made(t: Test, body: object) {
  const payload = { name: 'bot', scorer: 'spread', ...body }
  const answer = await server.inject({ method: 'POST', url: '/v1/policies', payload })
  if (answer.statusCode === 201) {
    const shown = await server.inject('/v1/policies/bot')
    t.match(shown.json(), answer.json<object>())
  }
  return { status: answer.statusCode, body: answer.json<Record<string, unknown>>() }
}

const selective = { kind: 'selective_error', target: 0.1 }

t.test('a guarantee names its procedure and its test', async (t) => {
  const objective = { ...selective, method: 'bonferroni', p_value: 'hoeffding_bentkus' }
  const { body } = await made(t, { examples: ranked(200, 150), objective })
  t.match(body, {
    objective,
    guarantee: { method: 'learn_then_test', procedure: 'bonferroni', p_value: 'hoeffding_bentkus' }
  })
})

t.test('two thresholds, groups and an escalation come back whole', async (t) => {
  const examples = ranked(200, 150).map((one, i) => ({
    ...one,
    group: i % 2 === 0 ? 'a' : 'b',
    escalated_correct: true
  }))
  const { status, body } = await made(t, {
    examples: [...examples, { score: 1, correct: true, group: 'rare' }],
    objective: selective,
    abstain: { kind: 'coverage', target: 0.1 },
    actions: { between: 'escalate' },
    escalation: { model: 'large', cost: 3 }
  })
  t.equal(status, 201)
  t.match(body, {
    threshold: null,
    thresholds: { accept: null, abstain: null },
    groups: [
      { group: 'a' },
      { group: 'b' },
      { group: 'rare', threshold: null, reason: 'too_few_examples', needed: 22 }
    ],
    abstain: { objective: { kind: 'coverage', target: 0.1, level: null }, guarantee: { method: 'split_conformal' } },
    escalation: { model: 'large', cost: 3 },
    report: { cascade: { n: 200, error_of_model: 0 } }
  })
})

t.test('costs without a bound have a guarantee of null', async (t) => {
  const objective = { kind: 'expected_cost', costs: { wrong: 10, abstain: 1 } }
  const { body } = await made(t, { examples: ranked(100, 60), objective })
  t.match(body, {
    guarantee: null,
    threshold: 59,
    objective: { target: null, ...objective },
    report: { expected_cost: 0.4 }
  })
})

t.test('sets come back with their settings and sizes', async (t) => {
  const examples = Array.from({ length: 30 }, (_, i) => ({ probabilities: [0.5 + i / 100, 0.5 - i / 100], right: 'A' }))
  const objective = { kind: 'sets', target: 0.1, method: 'raps', lambda: 0.1, largest_set: 2 }
  const { body } = await made(t, { scorer: 'reader', examples, objective })
  t.match(body, {
    objective,
    guarantee: { kind: 'sets', score: 'raps' },
    report: { sets: { coverage: 28 / 30, sizes: [2, 28] } }
  })
})

t.test('a tuned policy tells what was tried', async (t) => {
  const examples = Array.from({ length: 200 }, (_, i) => ({
    scores: { spread: (i * 7919) % 200, tunable: i },
    correct: i < 100
  }))
  const { body } = await made(t, { examples, objective: selective, tune: { split: 0.4, scorers: { tunable: {} } } })
  t.match(body, {
    scorer: 'tunable',
    tuning: { n: 80, chosen: 1, candidates: [{ scorer: 'spread' }, { scorer: 'tunable' }] }
  })
})

t.test('settings of another kind are refused at their field', async (t) => {
  const examples = ranked(100)
  const bad = [
    [{ examples, objective: { ...selective, k_reg: 1 } }, '/objective/k_reg'],
    [{ examples, objective: { kind: 'selective_error' } }, '/objective/target'],
    [{ examples, objective: { ...selective, p_value: 'exact' } }, '/objective/p_value'],
    [{ examples, objective: selective, abstain: { kind: 'sets', target: 0.1 } }, '/abstain/kind'],
    [{ examples, objective: selective, tune: { split: 1 } }, '/tune/split'],
    [{ examples: [{ score: 1, correct: true, grop: 'a' }], objective: selective }, '/examples/0/grop']
  ] as const
  for (const [body, pointer] of bad) {
    const refused = await made(t, body)
    t.equal(refused.status, 400, pointer)
    t.match(refused.body, { code: 'QUALM_ERR_VALIDATION', errors: [{ pointer }] }, pointer)
  }
})
