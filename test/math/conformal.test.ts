import fc from 'fast-check'
import t from 'tap'
import { conformalPValue, conformalQuantile, conformalRank, toleranceQuantile } from '../../src/math/conformal.js'

// F21 of the formula sheet.
const scores = [0.05, 0.1, 0.12, 0.2, 0.22, 0.3, 0.35, 0.4, 0.55, 0.8]

t.test('ranks reproduce fixture F21', async (t) => {
  const cases = [
    [9, 0.1],
    [10, 0.2],
    [19, 0.1],
    [20, 0.1],
    [5, 0.1]
  ] as const
  t.same(
    cases.map(([n, alpha]) => conformalRank(n, alpha)),
    [9, 9, 18, 19, 6]
  )
})

t.test('a rank that is whole on paper is not pushed up by rounding', async (t) => {
  t.equal(conformalRank(99, 0.45), 55)
  for (let n = 1; n < 400; n++) {
    for (let percent = 1; percent < 100; percent++) {
      const exact = Math.ceil(((n + 1) * (100 - percent)) / 100)
      if (conformalRank(n, percent / 100) !== exact) t.fail(`n ${n}, alpha ${percent} %`)
    }
  }
})

t.test('the quantile is the k-th smallest score, in whatever order they come', async (t) => {
  t.equal(conformalQuantile(scores, 0.2), 0.55)
  t.equal(conformalQuantile([...scores].reverse(), 0.2), 0.55)
})

t.test('too few scores give an infinite quantile, not the largest score', async (t) => {
  t.equal(conformalQuantile(scores.slice(0, 5), 0.1), Number.POSITIVE_INFINITY)
  t.equal(conformalQuantile([], 0.1), Number.POSITIVE_INFINITY)
  t.equal(conformalQuantile([0.3], 0.5), 0.3)
})

t.test('numbers are sorted as numbers', async (t) => {
  t.equal(conformalQuantile([-10, -9, 100, 20, 3], 0.5), 3)
})

t.test('the p-value counts calibration scores at or above, the answer itself included', async (t) => {
  t.equal(conformalPValue(scores, 0.55), 3 / 11)
  t.equal(conformalPValue(scores, 0.56), 2 / 11)
  t.equal(conformalPValue(scores, 9), 1 / 11)
  t.equal(conformalPValue(scores, 0), 1)
  t.equal(conformalPValue([], 0.4), 1)
  t.equal(conformalPValue([1, 1, 1], 1), 1)
})

t.test('accepting when the p-value exceeds alpha equals comparing with the quantile', async () => {
  const score = fc.integer({ min: 0, max: 12 })
  const percents = fc.integer({ min: 1, max: 99 })
  fc.assert(
    fc.property(fc.array(score, { maxLength: 40 }), score, percents, (sample, test, percent) => {
      const size = sample.length + 1
      // In whole numbers, so that equality of p and alpha is decided on paper.
      const count = Math.round(
        conformalPValue(
          [...sample].sort((a, b) => a - b),
          test
        ) * size
      )
      return count * 100 > percent * size === test <= conformalQuantile(sample, percent / 100)
    }),
    { seed: 11, numRuns: 500 }
  )
})

t.test('the tolerance quantile is the first order statistic that reaches the confidence', async (t) => {
  // n = 22 with alpha = 0.1: even the largest covers 90 % with confidence 1 − 0.9^22 = 0.9015.
  const sample = Array.from({ length: 22 }, (_, i) => i)
  t.equal(toleranceQuantile(sample, 0.1, 0.9), 21)
  t.equal(toleranceQuantile(sample.slice(1), 0.1, 0.9), Number.POSITIVE_INFINITY)
  t.equal(toleranceQuantile([], 0.1, 0.9), Number.POSITIVE_INFINITY)
})

t.test('the tolerance quantile is never below the marginal one at usual levels', async (t) => {
  const sample = Array.from({ length: 500 }, (_, i) => i)
  for (const alpha of [0.05, 0.1, 0.3]) {
    t.ok(toleranceQuantile(sample, alpha, 0.9) > conformalQuantile(sample, alpha))
  }
})

t.test('fixture F31: verdicts on a statement by conformal p-values', async (t) => {
  // Signed scores f of true (1) and false (0) statements; they fit with 1/(1 + |f|) where the sign agrees, else 1 + |f|.
  const fit = (truth: number, f: number) => ((truth === 1) === f > 0 ? 1 / (1 + Math.abs(f)) : 1 + Math.abs(f))
  const known = [
    [1, 2],
    [1, 0.5],
    [0, -1],
    [0, 0.3],
    [1, -0.2],
    [0, -2],
    [1, 1.5],
    [0, -0.4],
    [1, 0.8]
  ] as const
  const calibration = known.map(([truth, f]) => fit(truth, f)).sort((a, b) => a - b)
  const p = (truth: number, f: number) => conformalPValue(calibration, fit(truth, f))
  t.same([p(0, 1.2), p(1, 1.2)], [0.1, 0.7])
  t.same([p(0, 0.1), p(1, 0.1)], [0.3, 0.3])
})
