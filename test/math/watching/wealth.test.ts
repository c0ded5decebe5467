import t from 'tap'
import { settle, startWealth } from '../../../src/math/watching/wealth.js'

t.test('one fair round pays by the shares', async (t) => {
  const wealth = settle(startWealth(2), [1.5, 0.5], 0)
  t.equal(wealth.log, 0)
  t.strictSame(wealth.shares, [0.75, 0.25])
  const next = settle(wealth, [2, 0], 0)
  t.ok(Math.abs(next.log - Math.log(1.5)) < 1e-12)
  t.strictSame(next.shares, [1, 0])
})

t.test('a part of the wealth returns to every bet', async (t) => {
  const { shares } = settle({ log: 0, shares: [1, 0] }, [1, 1], 0.5)
  t.strictSame(shares, [0.75, 0.25])
})

t.test('a bet that lost everything can win again', async (t) => {
  const lost = settle(startWealth(2), [0, 1])
  const won = settle(lost, [3, 1])
  t.ok(won.log > lost.log && won.shares[0]! > 0)
})
