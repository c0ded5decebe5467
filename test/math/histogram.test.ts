import t from 'tap'
import { labelledHistogram } from '../../src/math/histogram.js'

t.test('answers are counted by score and label, the largest in the last bin', async (t) => {
  t.same(labelledHistogram([0, 1, 2, 4], [1, 0, 1, 0.4], 2), [
    { low: 0, high: 2, right: 1, wrong: 1 },
    { low: 2, high: 4, right: 1, wrong: 1 }
  ])
})

t.test('equal scores share one bin', async (t) => {
  t.same(labelledHistogram([3, 3], [1, 0]), [{ low: 3, high: 3, right: 1, wrong: 1 }])
  t.same(labelledHistogram([], []), [])
})
