import t from 'tap'
import { decide } from '../../src/policies/decide.js'
import { policyResource } from '../../src/policies/resource.js'
import { make, ranked } from './making.js'

const objective = { kind: 'selective_error', target: 0.1 } as const
const abstain = { kind: 'coverage', target: 0.05 } as const
/** Right up to 99, then every second one wrong up to 199, then all wrong. */
const examples = ranked(300).map(({ score }) => ({
  score: score!,
  correct: score! < 100 || (score! < 200 && score! % 2 === 0)
}))

t.test('two thresholds make three bands, each with its own promise', async (t) => {
  const policy = await make({ examples, objective, abstain })
  const [low, high] = [policy.threshold!, policy.abstain!.threshold!]
  t.ok(low >= 100 && low < 140 && high > 180 && high < 200, `${low}, ${high}`)
  t.match(decide(policy, low), { action: 'accept', guarantee: { kind: 'selective_error', target: 0.1 } })
  t.match(decide(policy, low + 1), { action: 'review', thresholds: { accept: low, abstain: high } })
  t.match(decide(policy, high), { action: 'review' })
  const away = decide(policy, high + 1)
  t.match(away, { action: 'abstain', guarantee: { kind: 'coverage', method: 'split_conformal', target: 0.05, n: 150 } })
  t.notOk('threshold' in away)
  t.notOk('reason' in decide(policy, low + 1), 'between is a place, not a failure')
})

t.test('the policy tells both thresholds and both promises', async (t) => {
  const policy = policyResource(await make({ examples, objective, abstain }))
  t.match(policy, {
    thresholds: { accept: policy.threshold },
    abstain: { objective: { kind: 'coverage', target: 0.05, level: null }, guarantee: { valid: true } }
  })
})

t.test('the second threshold is never below the first: what may be accepted is not withheld', async (t) => {
  const policy = await make({ examples: ranked(300), objective, abstain: { kind: 'coverage', target: 0.5 } })
  t.equal(policy.threshold, 299)
  t.equal(policy.abstain!.threshold, 299)
})

t.test('between may escalate, and a policy that cannot tell still asks for review', async (t) => {
  const actions = { between: 'escalate' } as const
  const policy = await make({ examples, objective, abstain, actions, escalation: { model: 'large', cost: 2 } })
  t.match(decide(policy, policy.threshold! + 1), { action: 'escalate', escalation: { model: 'large', cost: 2 } })
  t.match(decide(policy, null), { action: 'review', reason: 'insufficient_evidence' })
  t.notOk('escalation' in decide(policy, 0))
})

t.test('too few right examples for the second threshold are refused with the number needed', async (t) => {
  const few = ranked(60, 10).map((example, i) => ({ ...example, correct: i % 6 === 0 }))
  const loose = { kind: 'expected_risk', target: 0.9 } as const
  await t.rejects(make({ examples: few, objective: loose, abstain }), {
    code: 'QUALM_ERR_TOO_FEW_EXAMPLES',
    extra: { needed: 19, have: 10 }
  })
})

t.test('what does not go together is refused', async (t) => {
  const bad = [
    [{ abstain, objective: { kind: 'coverage', target: 0.1 } }, '/abstain'],
    [{ abstain: { kind: 'coverage', target: 1 } }, '/abstain/target'],
    [{ actions: { between: 'escalate' } }, '/actions/between'],
    [{ escalation: { model: 'large' } }, '/escalation'],
    [{ objective: { ...objective, lambda: 1 } }, '/objective/lambda'],
    [{ objective: { ...objective, method: 'lac' } }, '/objective/method'],
    [{ objective: { kind: 'coverage' } }, '/objective/target']
  ] as const
  for (const [changes, pointer] of bad) {
    await t.rejects(make({ examples, objective, ...changes }), { code: 'QUALM_ERR_VALIDATION', errors: [{ pointer }] })
  }
})
