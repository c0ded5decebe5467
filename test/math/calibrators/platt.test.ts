import t from 'tap'
import { platt, smoothedTargets } from '../../../src/math/calibrators/platt.js'

/** Slope and intercept on the scale of the scores. */
function raw(scores: readonly number[], quality: readonly number[]): [number, number] {
  const { slope, intercept, centre, scale } = platt.fit({ scores, quality })
  return [slope / scale, intercept - (slope * centre) / scale]
}

t.test('fixture F26 gives the slope and intercept of smoothed targets', async (t) => {
  const [slope, intercept] = raw([0.1, 0.2, 0.3, 0.4, 0.5, 0.6], [0, 1, 0, 0, 1, 1])
  t.equal(slope.toFixed(6), '3.613208')
  t.equal(intercept.toFixed(6), '-1.264623')
})

t.test('agrees with scikit-learn on tied scores', async (t) => {
  const [slope, intercept] = raw([1, 1, 2, 3, 3, 4, 5, 6, 6, 7.5], [0, 1, 0, 1, 0, 0, 1, 1, 0, 1])
  t.ok(Math.abs(slope - 0.21246793999385377) < 1e-6)
  t.ok(Math.abs(intercept + 0.8167645567270386) < 1e-6)
})

t.test('targets are smoothed towards the middle and grades blend them', async (t) => {
  t.same(smoothedTargets([1, 1, 0]), [0.75, 0.75, 1 / 3])
  t.same(smoothedTargets([0.5]), [(1.5 / 2.5 + 1 / 2.5) / 2])
})

t.test('labels of one kind, constant scores and separable classes all have a finite map', async (t) => {
  const cases = [
    { scores: [1, 2, 3], quality: [1, 1, 1] },
    { scores: [2, 2, 2], quality: [0, 1, 0] },
    { scores: [1, 2, 8, 9], quality: [0, 0, 1, 1] },
    { scores: [5], quality: [0] }
  ]
  for (const data of cases) {
    const value = platt.predict(platt.fit(data), 3)
    t.ok(value > 0 && value < 1, JSON.stringify(data))
  }
})

t.test('scores that rise where quality falls get the base rate, not an upside-down map', async (t) => {
  const fit = platt.fit({ scores: [1, 2, 3, 4], quality: [1, 1, 0, 0] })
  t.equal(platt.predict(fit, 1), platt.predict(fit, 4))
  t.equal(platt.predict(fit, 1).toFixed(6), '0.500000')
})
