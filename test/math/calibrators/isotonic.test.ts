import fc from 'fast-check'
import t from 'tap'
import { isotonic } from '../../../src/math/calibrators/isotonic.js'

const near = (a: number, b: number) => Math.abs(a - b) < 1e-12

t.test('fixture F26 pools the violators', async (t) => {
  const fit = isotonic.fit({ scores: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6], quality: [0, 1, 0, 0, 1, 1] })
  const predicted = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6].map((score) => isotonic.predict(fit, score).toFixed(6))
  t.same(predicted, ['0.000000', '0.333333', '0.333333', '0.333333', '1.000000', '1.000000'])
})

t.test('tied scores are pooled first and values between blocks interpolate, as in scikit-learn', async (t) => {
  const fit = isotonic.fit({ scores: [1, 1, 2, 3, 3, 4, 5, 6, 6, 7.5], quality: [0, 1, 0, 1, 0, 0, 1, 1, 0, 1] })
  const expected: [number, number][] = [
    [0, 1 / 3],
    [3.7, 1 / 3],
    [4.5, 0.5],
    [5, 2 / 3],
    [6, 2 / 3],
    [6.9, 0.8666666666666667],
    [9, 1]
  ]
  for (const [score, value] of expected) t.ok(near(isotonic.predict(fit, score), value), String(score))
})

t.test('equal scores give their mean quality, and one score alone its own', async (t) => {
  t.equal(isotonic.predict(isotonic.fit({ scores: [3, 3, 3, 3], quality: [0, 1, 1, 1] }), 99), 0.75)
  t.equal(isotonic.predict(isotonic.fit({ scores: [3], quality: [1] }), -1), 1)
})

t.test('the map never falls and keeps the mean quality', async () => {
  const pair = fc.tuple(fc.integer({ min: 0, max: 8 }), fc.constantFrom(0, 0.5, 1))
  fc.assert(
    fc.property(fc.array(pair, { minLength: 1, maxLength: 30 }), (pairs) => {
      const data = { scores: pairs.map(([score]) => score), quality: pairs.map(([, grade]) => grade) }
      const fit = isotonic.fit(data)
      const at = Array.from({ length: 9 }, (_, score) => isotonic.predict(fit, score))
      const total = data.scores.reduce((sum, score) => sum + isotonic.predict(fit, score), 0)
      const wanted = data.quality.reduce<number>((sum, grade) => sum + grade, 0)
      return at.every((value, i) => i === 0 || value >= at[i - 1]! - 1e-12) && Math.abs(total - wanted) < 1e-9
    })
  )
})
