import t from 'tap'
import labelProbability from '../../scorers/label_probability.js'
import { clusters, F9_CLUSTERS, F9_SAMPLES, reasonOf, run, textSample } from '../fixtures/evidence.js'
import { near } from '../fixtures/near.js'

const score = (assignment: readonly number[]): ReturnType<typeof run> =>
  run(labelProbability, {
    samples: assignment.map((_, i) => textSample(`answer ${i}`)),
    clusters: clusters(assignment)
  })

t.test('fixture F9: three of five samples hold one meaning', async (t) => {
  const { value, detail } = run(labelProbability, { samples: F9_SAMPLES, clusters: F9_CLUSTERS })
  near(t, value, 0.4, 'value', 1e-15)
  t.match(detail, { text: 'a', size: 3, tied: 1, samples: 5, clusters: 3 })
})

t.test('agreement is 0, and full disagreement leaves one sample each', async (t) => {
  t.equal(score([0, 0, 0]).value, 0)
  t.equal(score([0, 1, 2, 3]).value, 0.75)
})

t.test('of meanings that are equally frequent the text first in alphabetical order is told', async (t) => {
  t.match(score([0, 1]).detail, { text: 'answer 0', tied: 2 })
})

t.test('the rule is asked of the evidence', async (t) => {
  t.same(labelProbability.parameters?.({ rule: 'strict' }), { clusters: { rule: 'strict' } })
})

t.test('one sample says nothing', async (t) => {
  t.equal(
    reasonOf(() => score([0])),
    'needs_two_samples'
  )
})
