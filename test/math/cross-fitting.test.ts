import t from 'tap'
import { crossFit } from '../../src/math/cross-fitting.js'

t.test('no item is predicted by a fit that saw it', async (t) => {
  const seen = crossFit(
    12,
    (indexes) => new Set(indexes),
    (fit, index) => (fit.has(index) ? 1 : 0)
  )
  t.same(seen, new Array(12).fill(0))
})

t.test('the fold is the index modulo five', async (t) => {
  const sizes = crossFit(
    7,
    (indexes) => indexes.length,
    (size) => size
  )
  t.same(sizes, [5, 5, 6, 6, 6, 5, 5])
})

t.test('few items are each left out alone, and one has no prediction', async (t) => {
  t.same(
    crossFit(
      2,
      (indexes) => indexes.join(),
      (fit) => Number(fit)
    ),
    [1, 0]
  )
  t.equal(
    crossFit(
      1,
      () => 0,
      () => 0
    ),
    null
  )
})
