import t from 'tap'
import { twoSidedTail, Z_AT_5_PERCENT } from '../../src/math/normal.js'
import { near } from '../fixtures/near.js'

/** Two-sided tails computed with 30 digits. */
const TAILS = [
  [0.1, 0.920344325445942],
  [1, 0.3173105078629141],
  [1.5, 0.1336144025377161],
  [2.8284, 0.004678131390933195],
  [2.8285, 0.004676670108929704],
  [5, 5.733031437583878e-7],
  [10, 1.523970604832105e-23],
  [30, 9.813427854296374e-198]
] as const

t.test('tails agree with high-precision values on both sides', async (t) => {
  for (const [z, tail] of TAILS) {
    t.ok(Math.abs(twoSidedTail(z) / tail - 1) < 1e-11, `${z}: ${twoSidedTail(z)}`)
    t.equal(twoSidedTail(-z), twoSidedTail(z))
  }
})

t.test('nothing is certain at 0, and nothing is left far out', async (t) => {
  t.equal(twoSidedTail(0), 1)
  t.equal(twoSidedTail(1e3), 0)
})

t.test('the level of 5 % lies where it is said to', async (t) => {
  near(t, twoSidedTail(Z_AT_5_PERCENT), 0.05, 'tail', 1e-12)
})
