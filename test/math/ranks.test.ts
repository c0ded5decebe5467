import fc from 'fast-check'
import t from 'tap'
import { quantilesOf, rankAmong } from '../../src/math/ranks.js'

t.test('a value halfway between two quantiles ranks halfway between their shares', async (t) => {
  t.equal(rankAmong(2, [0, 1, 2, 3, 4]), 0.5)
  t.equal(rankAmong(2.5, [0, 1, 2, 3, 4]), 0.625)
})

t.test('values outside the reference are never certain', async (t) => {
  t.equal(rankAmong(-9, [0, 1, 2, 3, 4]), 0.1)
  t.equal(rankAmong(99, [0, 1, 2, 3, 4]), 0.9)
})

t.test('a value that many reference answers share ranks in the middle of them', async (t) => {
  t.equal(rankAmong(0, [0, 0, 0, 1, 2]), 0.25)
  t.equal(rankAmong(1, [1, 1, 1]), 0.5)
})

t.test('rank never falls as the value rises, and stays inside (0, 1)', async () => {
  const finite = fc.double({ min: -1e6, max: 1e6, noNaN: true })
  fc.assert(
    fc.property(fc.array(finite, { minLength: 2, maxLength: 20 }), finite, finite, (values, a, b) => {
      const quantiles = values.toSorted((x, y) => x - y)
      const [low, high] = [rankAmong(Math.min(a, b), quantiles), rankAmong(Math.max(a, b), quantiles)]
      return low <= high && low > 0 && high < 1
    })
  )
})

t.test('quantiles interpolate between the sorted values', async (t) => {
  t.same(quantilesOf([3, 1, 2], 5), [1, 1.5, 2, 2.5, 3])
  t.same(quantilesOf([7], 3), [7, 7, 7])
})
