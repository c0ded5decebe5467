import t from 'tap'
import { seededRandom } from '../../src/math/random.js'
import { fitJoint, jointInterval, jointProbability, ranksOf } from '../../src/math/joint-logistic.js'

/** Two noisy views of one difficulty and a column of noise; n answers, wrong with a probability equal to it. */
function examples(n: number) {
  const random = seededRandom(3)
  const difficulty = Array.from({ length: n }, () => random())
  const rows = difficulty.map((each) => [each + 0.3 * random(), Math.exp(8 * (each + 0.3 * random())), random()])
  return { rows, quality: difficulty.map((each) => (random() < each ? 0 : 1)) }
}

t.test('members that tell get weight, noise gets little, whatever their units', async (t) => {
  const { rows, quality } = examples(400)
  const fit = fitJoint(rows, quality)
  t.ok(fit.weights[0]! > 1 && fit.weights[1]! > 1, String(fit.weights))
  t.ok(Math.abs(fit.weights[2]!) < 0.6, String(fit.weights))
  const at = (row: readonly number[]) => jointProbability(fit, ranksOf(fit, row))
  t.ok(at([1.2, Math.exp(9), 0.5]) > 0.75)
  t.ok(at([0.1, Math.exp(1), 0.5]) < 0.25)
})

t.test('the interval holds the probability and narrows with more examples', async (t) => {
  const widths = [50, 800].map((n) => {
    const { rows, quality } = examples(n)
    const fit = fitJoint(rows, quality)
    const ranks = ranksOf(fit, rows[0]!)
    const [low, high] = jointInterval(fit, ranks)
    const value = jointProbability(fit, ranks)
    t.ok(low < value && value < high)
    return high - low
  })
  t.ok(widths[1]! < widths[0]! / 2, String(widths))
})

t.test('one example, equal labels and constant members have a finite fit', async (t) => {
  for (const [rows, quality] of [
    [[[1, 2]], [1]],
    [
      [
        [1, 2],
        [2, 1]
      ],
      [0, 0]
    ],
    [
      [
        [1, 1],
        [1, 1],
        [1, 1]
      ],
      [0, 1, 1]
    ]
  ] as const) {
    const fit = fitJoint(rows, quality)
    const value = jointProbability(fit, ranksOf(fit, [1, 1]))
    t.ok(value >= 0 && value <= 1 && jointInterval(fit, ranksOf(fit, [1, 1])).every(Number.isFinite))
  }
})
