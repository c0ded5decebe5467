import t from 'tap'
import { fitLogistic, logitOf, sigmoid } from '../../src/math/logistic.js'

t.test('agrees with scikit-learn under the same ridge', async (t) => {
  const rows = [
    [1, 2],
    [2, 1],
    [3, 5],
    [4, 3],
    [5, 8],
    [6, 2],
    [7, 7],
    [8, 1]
  ]
  const fit = fitLogistic(rows, [0, 0, 1, 0, 1, 0, 1, 1], 0.5)
  t.ok(Math.abs(fit.weights[0]! - 0.79835987) < 1e-6)
  t.ok(Math.abs(fit.weights[1]! - 1.01383509) < 1e-6)
  t.ok(Math.abs(fit.intercept + 7.0030662) < 1e-6)
})

t.test('without features the intercept is the log-odds of the mean target', async (t) => {
  const fit = fitLogistic([[], [], [], []], [1, 1, 1, 0], 0)
  t.equal(fit.intercept.toFixed(9), Math.log(3).toFixed(9))
})

t.test('equal features and separable classes leave the fit finite', async (t) => {
  const same = fitLogistic(
    [
      [1, 1],
      [2, 2],
      [3, 3]
    ],
    [0, 1, 1],
    0.1
  )
  t.ok(same.weights.every(Number.isFinite))
  const apart = fitLogistic([[0], [1]], [0, 1], 0)
  t.ok(Number.isFinite(logitOf(apart, [1])) && logitOf(apart, [1]) > 5)
})

t.test('the sigmoid neither overflows nor loses its symmetry', async (t) => {
  t.equal(sigmoid(-800), 0)
  t.equal(sigmoid(800), 1)
  t.equal(sigmoid(0), 0.5)
  t.ok(Math.abs(sigmoid(2) + sigmoid(-2) - 1) < 1e-15)
})
