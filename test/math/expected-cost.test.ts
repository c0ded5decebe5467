import t from 'tap'
import { cheapestStep, costed, upperMeanBound } from '../../src/math/expected-cost.js'
import { riskSteps } from '../../src/math/risk-control.js'
import { near } from '../fixtures/near.js'

const steps = riskSteps([0, 0, 1, 0, 1, 1].map((loss, i) => ({ uncertainty: i, loss })))

t.test('mean costs can be checked on paper', async (t) => {
  const costs = costed(steps, { wrong: 10, turnedAway: 1 }, 6).map(({ cost }) => cost)
  t.same(costs, [5 / 6, 4 / 6, 13 / 6, 12 / 6, 21 / 6, 30 / 6])
})

t.test('the cheapest threshold moves with the price of a wrong answer, and ties accept more', async (t) => {
  const at = (wrong: number) => cheapestStep(costed(steps, { wrong, turnedAway: 1 }, 6)).threshold
  t.equal(at(10), 1)
  t.equal(at(1.5), 3)
  t.equal(at(2), 3, 'two away for one wrong: a tie')
  t.equal(at(0), 5)
})

t.test('the upper bound of a mean agrees with a second computation', async () => {
  // scipy.optimize.brentq on the Hoeffding–Bentkus p-value.
  near(t, upperMeanBound(0.2, 100, 1, 0.1), 0.283874410521938, '20 of 100', 1e-9)
  near(t, upperMeanBound(0.9, 200, 3, 0.05), 1.1192569549002753, 'costs up to 3', 1e-9)
})

t.test('a bound lies above the mean and within the range', async (t) => {
  t.equal(upperMeanBound(0, 10, 0, 0.1), 0)
  t.equal(upperMeanBound(1, 10, 1, 0.1), 1)
  t.ok(upperMeanBound(0.5, 10, 1, 0.1) > 0.5)
})
