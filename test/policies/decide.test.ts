import t from 'tap'
import { conformalReference, decide } from '../../src/policies/decide.js'
import { draft } from './drafts.js'

const policy = { ...draft({ threshold: 0.7 }), version: 3 }
const certain = {
  ...draft({ threshold: -0.8, direction: 'higher_is_more_certain', scorer: 'min_token_probability' }),
  version: 1
}

t.test('an uncertainty at the threshold is accepted, one above is turned away', async (t) => {
  t.equal(decide(policy, 0.7).action, 'accept')
  t.equal(decide(policy, 0.7 + Number.EPSILON).action, 'abstain')
})

t.test('a decision names the policy with its version and carries the guarantee', async (t) => {
  t.strictSame(decide(policy, 0.64), {
    action: 'accept',
    policy: 'support-bot@3',
    score: 0.64,
    threshold: 0.7,
    guarantee: policy.guarantee
  })
})

t.test('score and threshold are told on the own scale of a scorer that is higher when certain', async (t) => {
  t.match(decide(certain, -0.9), { action: 'accept', score: 0.9, threshold: 0.8 })
  t.match(decide(certain, -0.5), { action: 'abstain', score: 0.5, threshold: 0.8 })
})

t.test('missing evidence is reviewed with its reason, never accepted', async (t) => {
  for (const uncertainty of [null, Number.NaN, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]) {
    t.match(decide(policy, uncertainty), { action: 'review', score: null, reason: 'insufficient_evidence' })
  }
  t.equal(decide(policy, null, 'needs_samples').reason, 'needs_samples')
})

t.test('a broken guarantee is reviewed even for the most certain answer', async (t) => {
  const broken = { ...policy, guarantee: { ...policy.guarantee!, valid: false } }
  t.match(decide(broken, 0), { action: 'review', reason: 'guarantee_broken', guarantee: { valid: false } })
})

t.test("the action above the threshold is the policy's own", async (t) => {
  const escalating = { ...policy, actions: { ...policy.actions, above: 'escalate' as const } }
  t.equal(decide(escalating, 5).action, 'escalate')
})

t.test('a decision that could be made has no reason', async (t) => {
  t.notOk('reason' in decide(policy, 0.1))
})

t.test('the conformal reference tells the same threshold as the decision', async (t) => {
  t.equal(conformalReference(certain, -0.9, decide(certain, -0.9)).threshold, decide(certain, -0.9).threshold)
})

t.test('the conformal reference holds the right calibration answers and the same action', async (t) => {
  t.strictSame(conformalReference(policy, 0.9, decide(policy, 0.9)), {
    policy: 'support-bot@3',
    scorer: 'g_nll',
    uncertainty: 0.9,
    calibration: policy.calibration,
    threshold: 0.7,
    action: 'abstain'
  })
})
