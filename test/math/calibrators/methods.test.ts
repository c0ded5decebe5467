import fc from 'fast-check'
import t from 'tap'
import { METHODS, type MethodName } from '../../../src/math/calibrators/methods.js'

const scores = [0.05, 0.12, 0.2, 0.2, 0.33, 0.41, 0.41, 0.5, 0.58, 0.66, 0.7, 0.79, 0.83, 0.9, 0.97]
const quality = [0, 0, 1, 0, 0, 1, 0, 1, 0, 1, 1, 0, 1, 1, 1]
const graded = [0, 0.1, 0.8, 0, 0.3, 0.6, 0.2, 1, 0.4, 0.9, 1, 0.5, 0.7, 1, 1]
const names = Object.keys(METHODS) as MethodName[]

const predictions = (name: MethodName, at: readonly number[], labels: readonly number[] = quality) => {
  const fit = METHODS[name].fit({ scores, quality: labels })
  return at.map((score) => METHODS[name].predict(fit, score))
}
const near = (a: number, b: number, tolerance = 1e-9) => Math.abs(a - b) <= tolerance

t.test('isotonic agrees with scikit-learn, on right-or-wrong labels and on grades', async (t) => {
  const at = [0, 0.1, 0.2, 0.25, 0.41, 0.45, 0.6, 0.75, 0.85, 0.95, 1]
  const wanted = [0, 0, 1 / 3, 1 / 3, 0.5, 0.5, 0.5416666666666666, 2 / 3, 1, 1, 1]
  const wantedOfGrades = [
    0, 0.07142857142857144, 0.3666666666666667, 0.3666666666666667, 0.4, 0.5333333333333334, 0.71875, 0.775,
    0.8392857142857143, 1, 1
  ]
  predictions('isotonic', at).forEach((value, i) => t.ok(near(value, wanted[i]!), String(at[i])))
  predictions('isotonic', at, graded).forEach((value, i) => t.ok(near(value, wantedOfGrades[i]!), String(at[i])))
})

t.test('temperature is the root of the likelihood, to which scikit-learn comes within its own tolerance', async (t) => {
  const { inverseTemperature } = METHODS.temperature.fit({ scores, quality }) as { inverseTemperature: number }
  t.ok(near(inverseTemperature, 0.8796686853298493, 1e-12))
  t.ok(near(inverseTemperature, 0.8796686854598361))
  const sklearn = [0.06977629468342315, 0.1477096888728716, 0.22802801992704116]
  predictions('temperature', scores.slice(0, 3)).forEach((value, i) => t.ok(near(value, sklearn[i]!)))
})

t.test('beta is the maximum of the likelihood', async (t) => {
  const { a, b, c } = METHODS.beta.fit({ scores, quality }) as { a: number; b: number; c: number }
  t.ok(near(a, 0.9736044516176965, 1e-7) && near(b, 0.7905707124177739, 1e-7) && near(c, 0.2873267640913994, 1e-7))
  const wanted = [0.133404622057236, 0.5400285146346611, 0.8813318863177808]
  predictions('beta', [0.1, 0.5, 0.9]).forEach((value, i) => t.ok(near(value, wanted[i]!, 1e-8)))
})

t.test('a beta map that would bend downwards keeps the better of its two sides', async (t) => {
  const data = {
    scores: [0.01, 0.02, 0.03, 0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95],
    quality: [1, 0, 1, 0, 0, 0, 1, 1, 1, 1]
  }
  const { a, b, c } = METHODS.beta.fit(data) as { a: number; b: number; c: number }
  t.equal(a, 0)
  t.ok(near(b, 1.69095753, 1e-7) && near(c, -0.76159638, 1e-7))
})

t.test('a histogram says the share of right answers of each bin, and does not part ties', async (t) => {
  const values = Array.from({ length: 40 }, (_, i) => (i < 25 ? 1 : i))
  const labels = values.map((value) => (value === 1 ? 0 : value % 2))
  const fit = METHODS.histogram.fit({ scores: values, quality: labels })
  t.same(fit, { edges: [13, 29.5], values: [0, 3 / 5, 0.5] })
  t.same(
    [0, 13, 13.1, 99].map((score) => METHODS.histogram.predict(fit, score)),
    [0, 0, 3 / 5, 0.5]
  )
})

t.test('few examples are one bin', async (t) => {
  t.same(METHODS.histogram.fit({ scores: [1, 2, 3], quality: [0, 1, 1] }), { edges: [], values: [2 / 3] })
})

t.test('every method has a probability for any score, whatever the labels', async (t) => {
  const one = fc.tuple(fc.integer({ min: 0, max: 10 }), fc.constantFrom(0, 0.3, 1))
  for (const name of names) {
    fc.assert(
      fc.property(
        fc.array(one, { minLength: 1, maxLength: 25 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (all, at) => {
          const data = { scores: all.map(([score]) => score / 10), quality: all.map(([, grade]) => grade) }
          const value = METHODS[name].predict(METHODS[name].fit(data), at)
          return value >= 0 && value <= 1
        }
      )
    )
  }
  t.equal(names.length, 5)
})

t.test('no map but the histogram falls as the score rises', async () => {
  const one = fc.tuple(fc.integer({ min: 0, max: 10 }), fc.constantFrom(0, 0.3, 1))
  for (const name of names.filter((each) => each !== 'histogram')) {
    fc.assert(
      fc.property(fc.array(one, { minLength: 1, maxLength: 25 }), (all) => {
        const data = { scores: all.map(([score]) => score / 10), quality: all.map(([, grade]) => grade) }
        const fit = METHODS[name].fit(data)
        const values = Array.from({ length: 11 }, (_, i) => METHODS[name].predict(fit, i / 10))
        return values.every((value, i) => i === 0 || value >= values[i - 1]! - 1e-9)
      })
    )
  }
})

t.test('a fit survives being written as JSON', async (t) => {
  for (const name of names) {
    const fit = METHODS[name].fit({ scores, quality })
    const read: unknown = JSON.parse(JSON.stringify(fit))
    t.equal(METHODS[name].predict(read, 0.37), METHODS[name].predict(fit, 0.37), name)
  }
})
