import t from 'tap'
import { fitBand, intervalAt, wilson, type Band } from '../../../src/math/calibrators/band.js'
import { METHODS, type MethodName } from '../../../src/math/calibrators/methods.js'
import { seededRandom } from '../../../src/math/random.js'
import { finish } from '../../fixtures/finish.js'

/** n scores in [0, 1], right with the probability that the score says. */
function calibrated(n: number, seed = 5) {
  const random = seededRandom(seed)
  const scores = Array.from({ length: n }, () => random())
  return { scores, quality: scores.map((score) => (random() < score ? 1 : 0)) }
}

function bandOf(name: MethodName, n: number) {
  const data = calibrated(n)
  const fit = METHODS[name].fit(data)
  const band: Band = finish(fitBand(METHODS[name], data, fit))
  return (score: number) => intervalAt(band, score, METHODS[name].predict(fit, score), n)
}

t.test("Wilson's interval at a half, at the end and for one example", async (t) => {
  t.same(
    wilson(0.5, 100).map((value) => value.toFixed(6)),
    ['0.403832', '0.596168']
  )
  t.same(
    wilson(1, 10).map((value) => value.toFixed(6)),
    ['0.722467', '1.000000']
  )
  t.same(
    wilson(0, 1).map((value) => value.toFixed(6)),
    ['0.000000', '0.793451']
  )
})

t.test('the interval holds the confidence and mostly the truth, and narrows with more examples', async (t) => {
  for (const name of ['isotonic', 'platt', 'beta', 'temperature', 'histogram'] as const) {
    const [few, many] = [bandOf(name, 100), bandOf(name, 3000)]
    const width = (of: typeof few) => of(0.5)[1] - of(0.5)[0]
    t.ok(width(many) < width(few) / 2, `${name}: ${width(few)} ${width(many)}`)
    const grid = [0.1, 0.3, 0.5, 0.7, 0.9]
    const held = grid.filter((score) => few(score)[0] <= score && score <= few(score)[1])
    t.ok(held.length >= 4, `${name}: ${JSON.stringify(grid.map(few))}`)
  }
})

t.test('examples that all agree leave room for doubt', async (t) => {
  const data = { scores: [1, 2, 3], quality: [1, 1, 1] }
  const fit = METHODS.isotonic.fit(data)
  const band = finish(fitBand(METHODS.isotonic, data, fit))
  const [low, high] = intervalAt(band, 2, 1, 3)
  t.equal(low.toFixed(4), '0.4385')
  t.equal(high, 1)
})
