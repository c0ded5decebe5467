import t from 'tap'
import { binomialCdf } from '../../../src/math/binomial.js'
import { derivedSeed, seededRandom } from '../../../src/math/random.js'
import { betOnLoss, rateWithin, startRisk } from '../../../src/math/watching/risk-evidence.js'

const LEVEL = 0.05
const BOUND = 0.1

/** Labels before the wealth reaches 1/level; null when it never does. */
function alarmAfter(losses: readonly number[], bound = BOUND): number | null {
  let wealth = startRisk(bound)
  for (const [index, loss] of losses.entries()) {
    wealth = betOnLoss(wealth, loss, bound)
    if (wealth.log >= Math.log(1 / LEVEL)) return index + 1
  }
  return null
}

const labels = (seed: number, count: number, rate: number): number[] => {
  const random = seededRandom(seed)
  return Array.from({ length: count }, () => Number(random() < rate))
}

const alarms = (runs: number, count: number, rate: number): number =>
  Array.from({ length: runs }, (_, run) => alarmAfter(labels(derivedSeed(21, run), count, rate))).filter(
    (after) => after !== null
  ).length

t.test('one label pays 1 + λ(loss − bound), averaged over the stakes', async (t) => {
  // Bound ½: stakes 0, 0.25, 0.5, 1.
  const wrong = betOnLoss(startRisk(0.5), 1, 0.5)
  t.ok(Math.abs(wrong.log - Math.log((1 + 1.125 + 1.25 + 1.5) / 4)) < 1e-12)
  t.equal(wrong.shares.length, 4)
})

t.test('an error rate at the bound raises the alarm no more often than the level', async (t) => {
  const raised = alarms(500, 1000, BOUND)
  // 500 runs: three standard errors above the level.
  t.ok(raised / 500 <= LEVEL + 0.03, String(raised))
  t.ok(alarms(200, 1000, BOUND / 2) / 200 <= LEVEL)
})

t.test('three times the promised error is found within 150 labels', async (t) => {
  t.ok(alarms(100, 150, 3 * BOUND) >= 99)
})

t.test('graded losses count in part', async (t) => {
  t.equal(alarmAfter(Array.from({ length: 2000 }, () => BOUND)), null)
  t.ok(alarmAfter(Array.from({ length: 200 }, () => 0.5)) !== null)
})

t.test('a promise that turns bad after a thousand kept labels is found', async (t) => {
  const losses = [...labels(1, 1000, 0.05), ...labels(2, 300, 0.4)]
  const after = alarmAfter(losses)
  t.ok(after !== null && after > 1000, String(after))
})

t.test('bounds near 0 and 1 leave something to bet on, or nothing, and never break', async (t) => {
  t.ok(alarmAfter([1, 1, 1, 1], 0.001) !== null)
  for (const bound of [0.5, 0.9, 0.999, 1]) {
    const wealth = betOnLoss(betOnLoss(startRisk(bound), 0, bound), 1, bound)
    t.ok(Number.isFinite(wealth.log), String(bound))
  }
})

t.test('what a promise on average keeps for one draw is the upper quantile of a beta distribution', async (t) => {
  // k = 10 of n = 99 scores lie beyond: Beta(10, 90); P(Beta ≤ q) = P(Bin(99, q) ≥ 10).
  const rate = rateWithin(0.1, 99, 0.05)
  t.ok(Math.abs(binomialCdf(9, 99, rate) - 0.05) < 1e-9)
  t.ok(rate > 0.1 && rate < 0.2)
  t.equal(rateWithin(0.1, 5, 0.05), 0.1)
})
