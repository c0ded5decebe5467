import t from 'tap'
import { solve } from '../../src/math/linear.js'

t.test('solves a system that needs its rows exchanged', async (t) => {
  t.same(
    solve(
      [
        [0, 2],
        [1, 1]
      ],
      [4, 5]
    ),
    [3, 2]
  )
})

t.test('a singular matrix is refused', async (t) => {
  t.throws(
    () =>
      solve(
        [
          [1, 1],
          [1, 1]
        ],
        [1, 2]
      ),
    RangeError
  )
})
