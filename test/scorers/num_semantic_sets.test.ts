import t from 'tap'
import numSemanticSets from '../../scorers/num_semantic_sets.js'
import { clusters, F9_CLUSTERS, reasonOf, run } from '../fixtures/evidence.js'

t.test('fixture F9: five samples hold three meanings', async (t) => {
  t.same(run(numSemanticSets, { clusters: F9_CLUSTERS }), { value: 3, detail: { samples: 5, rule: 'loose' } })
})

t.test('samples that all agree hold one', async (t) => {
  t.equal(run(numSemanticSets, { clusters: clusters([0, 0]) }).value, 1)
})

t.test('the rule is asked of the evidence', async (t) => {
  t.same(numSemanticSets.parameters?.({ rule: 'strict' }), { clusters: { rule: 'strict' } })
})

t.test('one sample says nothing', async (t) => {
  t.equal(
    reasonOf(() => run(numSemanticSets, { clusters: clusters([0]) })),
    'needs_two_samples'
  )
})
