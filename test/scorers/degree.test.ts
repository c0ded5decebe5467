import t from 'tap'
import degree from '../../scorers/degree.js'
import { entailmentAffinity } from '../../src/math/affinity.js'
import { affinity, F16_WEIGHTS, FOUR_ANSWERS } from '../fixtures/entailments.js'
import { reasonOf, run, textSample } from '../fixtures/evidence.js'
import { near } from '../fixtures/near.js'

const texts = (count: number) => Array.from({ length: count }, (_, i) => textSample(`answer ${i}`))
const score = (weights: readonly (readonly number[])[], more = {}): ReturnType<typeof run> =>
  run(degree, { samples: texts(weights.length), affinity: affinity(weights, more) })
const even = (count: number, weight: number): number[][] =>
  Array.from({ length: count }, (_, i) => Array.from({ length: count }, (__, j) => (i === j ? 1 : weight)))

t.test('fixture F16: three answers', async (t) => {
  near(t, score(F16_WEIGHTS).value, 0.422222, 'value')
})

t.test('fixture F16: answers that all agree, and answers of which no two do', async (t) => {
  near(t, score(even(3, 1)).value, 0, 'all ones', 1e-12)
  near(t, score(even(3, 0)).value, 2 / 3, 'identity')
  near(t, score(even(100, 1)).value, 0, 'a hundred', 1e-7)
})

t.test('the value is that of numpy on the same comparisons', async (t) => {
  for (const [of, temperature, wanted] of [
    ['entailment', 1, 0.5325],
    ['entailment', 3, 0.510132582588],
    ['contradiction', 1, 0.31],
    ['contradiction', 3, 0.273352670481]
  ] as const) {
    near(t, score(entailmentAffinity(FOUR_ANSWERS, of, temperature)).value, wanted, `${of} at ${temperature}`, 1e-9)
  }
})

t.test('the measure and its temperature are asked of the evidence', async (t) => {
  t.same(degree.parameters?.({ affinity: 'jaccard', temperature: 3 }), { affinity: { of: 'jaccard', temperature: 3 } })
})

t.test('fixture F16: the detail tells how close each sample is to all', async (t) => {
  const confidences = score(F16_WEIGHTS).detail?.confidences as number[]
  confidences.forEach((value, j) => near(t, value, [0.666667, 0.633333, 0.433333][j]!, `sample ${j}`))
})

t.test('samples that were compared in part are flagged', async (t) => {
  t.match(score(F16_WEIGHTS, { cut: true }).warnings, [{ code: 'long_samples_cut' }])
})

t.test('one sample says nothing', async (t) => {
  t.equal(
    reasonOf(() => score([[1]])),
    'needs_two_samples'
  )
})
