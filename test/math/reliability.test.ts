import t from 'tap'
import {
  brier,
  equalMassBins,
  equalWidthBins,
  expectedCalibrationError as ece,
  logLoss
} from '../../src/math/reliability.js'

const confidence = [0.95, 0.9, 0.8, 0.7, 0.65, 0.55, 0.3, 0.2]
const quality = [1, 1, 0, 1, 0, 1, 0, 0]
const rounded = (value: number | null) => value?.toFixed(6)

t.test('fixture F25 gives the calibration errors, Brier score and log loss', async (t) => {
  t.equal(rounded(ece(equalWidthBins(confidence, quality, 5))), '0.281250')
  t.equal(rounded(ece(equalWidthBins(confidence, quality, 10))), '0.281250')
  t.equal(rounded(ece(equalMassBins(confidence, quality, 4))), '0.168750')
  t.equal(brier(confidence, quality)?.toFixed(7), '0.1871875')
  t.equal(logLoss(confidence, quality)?.toFixed(12), '0.543780535866')
})

t.test('a value on an edge belongs to the bin below it, and 0 to the first', async (t) => {
  const bins = equalWidthBins([0, 0.1, 0.3, 1], [1, 1, 1, 1])
  t.same(
    bins.map(({ low, n }) => [low, n]),
    [
      [0, 2],
      [0.2, 1],
      [0.9, 1]
    ]
  )
})

t.test('bins of equal mass never part equal confidences', async (t) => {
  const bins = equalMassBins([0.5, 0.5, 0.5, 0.5, 0.9], [1, 0, 1, 0, 1], 3)
  t.same(
    bins.map(({ n }) => n),
    [4, 1]
  )
})

t.test('log loss of a certain mistake is large and finite', async (t) => {
  t.equal(logLoss([1], [0])?.toFixed(6), (52 * Math.LN2).toFixed(6))
  t.equal(logLoss([0], [0]), 2 ** -52)
})

t.test('nothing has no reliability', async (t) => {
  t.equal(ece(equalWidthBins([], [])), null)
  t.equal(brier([], []), null)
  t.equal(logLoss([], []), null)
})
