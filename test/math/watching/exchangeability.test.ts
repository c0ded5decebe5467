import t from 'tap'
import { derivedSeed, seededRandom } from '../../../src/math/random.js'
import {
  alarmAt,
  betOnPValue,
  inserted,
  smoothedPValue,
  startExchangeability
} from '../../../src/math/watching/exchangeability.js'

const LEVEL = 0.05

/** How many scores of the stream pass before the alarm; null without one. */
function alarmAfter(reference: readonly number[], stream: readonly number[], random: () => number): number | null {
  let bag: readonly number[] = reference.toSorted((a, b) => a - b)
  let wealth = startExchangeability()
  for (const [index, score] of stream.entries()) {
    wealth = betOnPValue(wealth, smoothedPValue([bag], score, random()))
    if (wealth.log >= alarmAt(1, LEVEL)) return index + 1
    bag = inserted(bag, score)
  }
  return null
}

const draws = (count: number, draw: () => number): number[] => Array.from({ length: count }, draw)

/** About normal, mean 0 and variance 1. */
const bell = (random: () => number) => () => draws(12, random).reduce((sum, value) => sum + value, -6)

t.test('a p-value counts what is larger, and ties in part', async (t) => {
  t.equal(smoothedPValue([[1, 2, 3]], 2.5, 0.5), 1.5 / 4)
  t.equal(
    smoothedPValue(
      [
        [1, 2],
        [2, 3]
      ],
      2,
      0
    ),
    1 / 5
  )
  t.equal(
    smoothedPValue(
      [
        [1, 2],
        [2, 3]
      ],
      2,
      0.5
    ),
    2.5 / 5
  )
  t.equal(smoothedPValue([], 7, 0.25), 0.25)
})

t.test('an insertion keeps the order and the argument', async (t) => {
  const sorted = [1, 2, 2, 4]
  t.strictSame(inserted(sorted, 2), [1, 2, 2, 2, 4])
  t.strictSame(inserted(sorted, 5), [1, 2, 2, 4, 5])
  t.strictSame(inserted(sorted, 0), [0, 1, 2, 2, 4])
  t.equal(sorted.length, 4)
})

t.test('one p-value pays what the bets say', async (t) => {
  const { log } = betOnPValue(startExchangeability(), 0)
  t.ok(Math.abs(log - Math.log((1 + 0.5 + 1.5 + 1.5 + 0.5) / 5)) < 1e-12)
  const middling = betOnPValue(startExchangeability(), 0.5).shares
  t.ok(middling[4]! > middling[0]! && middling[0]! > middling[3]!)
})

t.test('the bounds of the tests in a row spend the level once', async (t) => {
  const spent = Array.from({ length: 10_000 }, (_, i) => Math.exp(-alarmAt(i + 1, LEVEL)))
  t.ok(spent.reduce((sum, value) => sum + value, 0) <= LEVEL)
  t.ok(Math.abs(alarmAt(1, 0.01) - Math.log(200)) < 1e-12)
})

t.test(
  'exchangeable streams, ties and short references included, raise the alarm no more often than the level',
  async (t) => {
    const runs = 400
    for (const [name, n, step] of [
      ['continuous', 100, 0],
      ['ties', 100, 1],
      ['short', 5, 0],
      ['none', 0, 0]
    ] as const) {
      let alarms = 0
      for (let run = 0; run < runs; run++) {
        const random = seededRandom(derivedSeed(11, run))
        const normal = bell(random)
        const draw = () => (step === 0 ? normal() : Math.round(normal()))
        if (alarmAfter(draws(n, draw), draws(400, draw), random) !== null) alarms++
      }
      t.ok(alarms / runs <= LEVEL, `${name}: ${alarms} of ${runs}`)
    }
  }
)

t.test('a shift of one standard deviation is found within 150 scores, a doubled spread within 300', async (t) => {
  const late = { shift: 0, spread: 0 }
  for (let run = 0; run < 100; run++) {
    const random = seededRandom(derivedSeed(12, run))
    const normal = bell(random)
    const reference = draws(300, normal)
    if (
      alarmAfter(
        reference,
        draws(150, () => normal() + 1),
        random
      ) === null
    )
      late.shift++
    if (
      alarmAfter(
        reference,
        draws(300, () => 2 * normal()),
        random
      ) === null
    )
      late.spread++
  }
  t.ok(late.shift <= 1 && late.spread <= 5, JSON.stringify(late))
})

t.test('a change after a long quiet time is found', async (t) => {
  for (let run = 0; run < 20; run++) {
    const random = seededRandom(derivedSeed(13, run))
    const normal = bell(random)
    const stream = [...draws(500, normal), ...draws(400, () => normal() - 1.5)]
    const after = alarmAfter(draws(300, normal), stream, random)
    t.ok(after !== null && after > 500, String(after))
  }
})
