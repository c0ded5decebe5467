import t from 'tap'
import { cosine, similarityOf } from '../../src/math/cosine.js'
import { near } from '../fixtures/near.js'

t.test('cosines of plain vectors', async (t) => {
  near(t, cosine([1, 0], [1, 1]), Math.SQRT1_2, '45°', 1e-12)
  t.equal(cosine([1, 2], [-1, -2]), -1)
  t.equal(cosine([3, 0], [0, 5]), 0)
})

t.test('a zero vector is like nothing, and rounding never leaves the range', async (t) => {
  t.equal(cosine([0, 0], [0, 0]), 0)
  const third = Float32Array.of(0.1, 0.1, 0.1)
  t.ok(cosine(third, third) <= 1)
})

t.test('as a similarity, opposites are unrelated', async (t) => {
  t.same([-1, -0.1, 0, 0.4, 1, 1.1].map(similarityOf), [0, 0, 0, 0.4, 1, 1])
})
