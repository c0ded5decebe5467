import t from 'tap'
import { decide } from '../../src/policies/decide.js'
import { forGroup } from '../../src/policies/group-view.js'
import { POLICY_KIND } from '../../src/policies/kind.js'
import { policyResource } from '../../src/policies/resource.js'
import type { JsonObject } from '../../src/store/document.js'
import { make, ranked } from './making.js'

const objective = { kind: 'selective_error', target: 0.1 } as const
const inGroup = (group: string, n: number, wrongFrom = n) => ranked(n, wrongFrom).map((one) => ({ ...one, group }))
const examples = [...inGroup('hard', 100, 40), ...inGroup('easy', 80), ...inGroup('rare', 5), ...inGroup('bad', 60, 0)]

t.test('every group has the threshold that its own examples carry', async (t) => {
  const policy = await make({ examples, objective })
  const alone = await make({ examples: ranked(100, 40), objective })
  t.equal(policy.threshold, null)
  t.match(policy.groups, [
    {
      group: 'bad',
      n: 60,
      threshold: null,
      reason: 'no_valid_threshold',
      smallest_attainable_target: null,
      compared: 0
    },
    { group: 'easy', n: 80, threshold: 79, compared: 80 },
    { group: 'hard', n: 100, threshold: alone.threshold, compared: 40 },
    { group: 'rare', n: 5, threshold: null, reason: 'too_few_examples', needed: 22, compared: 5 }
  ])
  t.match(policy.guarantee, { n: 180, group: 'each', valid: true })
  t.ok(policy.warnings.some(({ code, message }) => code === 'groups_without_threshold' && /bad, rare/.test(message)))
})

t.test('a request is decided by its group, whose promise it is told', async (t) => {
  const policy = await make({ examples, objective })
  const easy = decide(forGroup(policy, 'easy'), 70)
  t.match(easy, { action: 'accept', threshold: 79, guarantee: { group: 'easy', n: 80 } })
  t.match(decide(forGroup(policy, 'hard'), 70), { action: 'abstain', guarantee: { group: 'hard', n: 100 } })
})

t.test('a group that is missing, unknown or without a threshold is reviewed', async (t) => {
  const policy = await make({ examples, objective })
  const reviewed = [
    [null, 'needs_group'],
    ['other', 'unknown_group'],
    ['rare', 'group_without_threshold']
  ] as const
  for (const [group, reason] of reviewed) {
    t.match(decide(forGroup(policy, group), 0), { action: 'review', reason, threshold: null, score: 0 })
  }
})

t.test("conformal p-values compare with a group's own right answers", async (t) => {
  const policy = await make({ examples, objective })
  t.same(
    forGroup(policy, 'hard').calibration,
    ranked(40).map(({ score }) => score)
  )
  t.same(forGroup(policy, 'rare').calibration, [0, 1, 2, 3, 4])
  t.same(forGroup(policy, null).calibration, [])
})

t.test('a policy without groups takes no notice of a group', async (t) => {
  const policy = await make({ examples: ranked(50), objective })
  t.equal(forGroup(policy, 'easy'), policy)
})

t.test('the group of an example is its own, else that of its request', async (t) => {
  const requests = ranked(60).map(({ score, correct }, i) => ({
    request: { score, group: 'a' },
    correct: correct!,
    ...(i % 2 === 0 && { group: 'b' })
  }))
  const policy = await make({ examples: requests, objective })
  t.match(policy.groups, [
    { group: 'a', n: 30 },
    { group: 'b', n: 30 }
  ])
})

t.test('groups are told of by all examples or by none', async (t) => {
  await t.rejects(make({ examples: [...ranked(30), ...inGroup('a', 30)], objective }), { code: 'QUALM_ERR_VALIDATION' })
})

t.test('without any threshold the error is that of the largest group', async (t) => {
  const small = [...inGroup('a', 3), ...inGroup('b', 10)]
  await t.rejects(make({ examples: small, objective }), {
    code: 'QUALM_ERR_TOO_FEW_EXAMPLES',
    extra: { needed: 22, have: 10 }
  })
})

t.test('two thresholds are each group’s own too, and survive being kept', async (t) => {
  const abstain = { kind: 'coverage', target: 0.1 } as const
  const policy = await make({ examples, objective, abstain })
  const hard = forGroup(policy, 'hard')
  t.ok(hard.abstain!.threshold! >= hard.threshold!)
  const kept = JSON.parse(JSON.stringify(POLICY_KIND.encode(policy))) as JsonObject
  const { name, version, createdMs } = policy
  t.strictSame({ ...POLICY_KIND.decode(kept), name, version, createdMs }, policy)
  t.match(policyResource(policy), {
    threshold: null,
    thresholds: { accept: null, abstain: null },
    groups: { length: 4 }
  })
})
