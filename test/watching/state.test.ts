import t from 'tap'
import { derivedSeed, seededRandom } from '../../src/math/random.js'
import {
  addLabel,
  addScore,
  adaptiveThreshold,
  lossOf,
  RECENT,
  startState,
  TEST_LENGTH
} from '../../src/watching/state.js'
import type { WatchState } from '../../src/watching/state.js'
import type { Watched } from '../../src/watching/watched.js'

const REFERENCE = Array.from({ length: 200 }, (_, i) => (i + 0.5) / 200)

const policy = (changes: Partial<Watched> = {}): Watched => ({
  id: 'bot@1',
  name: 'bot',
  version: 1,
  direction: 'higher_is_more_uncertain',
  objective: 'selective_error',
  target: 0.1,
  bound: 0.1,
  labelLevel: 0.01,
  calibration: REFERENCE,
  reference: REFERENCE,
  seed: 5,
  ...changes
})

const observed = (uncertainty: number) => ({ uncertainty, accepted: uncertainty <= 0.5, within: uncertainty <= 0.5 })

function afterScores(one: Watched, scores: readonly number[], level = 0.01): WatchState {
  return scores.reduce((state, score, i) => addScore(state, one, observed(score), { atMs: i, level }), startState(one))
}

function afterLabels(one: Watched, labels: readonly (readonly [number, number])[]): WatchState {
  return labels.reduce(
    (state, [score, grade], i) => addLabel(state, one, { score: observed(score), grade, atMs: i }),
    startState(one)
  )
}

const uniform = (seed: number, count: number): number[] => {
  const random = seededRandom(seed)
  return Array.from({ length: count }, random)
}

t.test('scores like those of the examples keep the promise over several tests in a row', async (t) => {
  const state = afterScores(policy(), uniform(1, 2 * TEST_LENGTH + 10))
  t.equal(state.broken, null)
  t.match(state.scores, { n: 2 * TEST_LENGTH + 10, test: 3 })
  t.equal(state.scores.bag.length, 10)
  t.equal(state.scores.recent.length, RECENT)
})

t.test(
  'a stream raises the alarm no more often than the level, with a reference drawn from the same source',
  async (t) => {
    let alarms = 0
    for (let run = 0; run < 100; run++) {
      const draws = uniform(derivedSeed(41, run), 600)
      const reference = draws.slice(0, 100).sort((a, b) => a - b)
      if (afterScores(policy({ reference, seed: run }), draws.slice(100), 0.05).broken !== null) alarms++
    }
    t.ok(alarms <= 10, String(alarms))
  }
)

t.test('scores from elsewhere break the promise within 30, and the first alarm stays', async (t) => {
  const state = afterScores(
    policy(),
    Array.from({ length: 60 }, () => 2)
  )
  t.match(state.broken, { by: 'scores' })
  t.ok(state.broken!.n <= 30, String(state.broken!.n))
  t.equal(state.broken!.atMs, state.broken!.n - 1)
})

t.test('the same scores give the same state', async (t) => {
  const scores = uniform(2, 50).map((score) => Math.round(score * 4))
  t.strictSame(afterScores(policy(), scores), afterScores(policy(), scores))
})

t.test('what a label bears on follows the promise', async (t) => {
  const [low, high] = [observed(0.2), observed(0.9)]
  const of = (objective: Watched['objective'], bound: number | null = 0.1) => policy({ objective, bound })
  t.equal(lossOf(of('selective_error'), low, 0), 1)
  t.equal(lossOf(of('selective_error'), high, 0), null)
  t.equal(lossOf(of('coverage'), high, 1), 1)
  t.equal(lossOf(of('coverage'), low, 1), 0)
  t.equal(lossOf(of('coverage'), low, 0.2), null)
  t.equal(lossOf(of('expected_risk'), low, 0.25), 0.75)
  t.equal(lossOf(of('expected_risk'), high, 0), 0)
  t.equal(lossOf(of('selective_error', null), low, 0), null)
})

t.test('wrong answers among the accepted break the promise; wrong ones among the others do not', async (t) => {
  const broken = afterLabels(
    policy(),
    Array.from({ length: 20 }, () => [0.2, 0] as const)
  )
  t.match(broken.broken, { by: 'labels' })
  t.match(broken.labels, { n: 20, right: 0, tested: 20, losses: 20 })
  const kept = afterLabels(
    policy(),
    Array.from({ length: 100 }, () => [0.9, 0] as const)
  )
  t.equal(kept.broken, null)
  t.match(kept.labels, { n: 100, tested: 0, wealth: { log: 0 } })
})

t.test('labels that keep the promise do not break it', async (t) => {
  const random = seededRandom(9)
  const labels = Array.from({ length: 2000 }, () => [0.2, Number(random() >= 0.05)] as const)
  t.equal(afterLabels(policy(), labels).broken, null)
})

t.test('a policy without a promise about labels counts them, and no more', async (t) => {
  const state = afterLabels(policy({ bound: null, target: null }), [
    [0.1, 0],
    [0.1, 1]
  ])
  t.match(state, { labels: { n: 2, right: 1, tested: 0 }, broken: null, adaptive: null })
})

t.test('the adaptive level follows right answers only', async (t) => {
  const one = policy({ objective: 'coverage' })
  t.equal(adaptiveThreshold(one, 0.1), REFERENCE[180])
  t.equal(adaptiveThreshold(one, 0), Infinity)
  t.equal(adaptiveThreshold(one, 1), -Infinity)
  const { adaptive } = afterLabels(one, [
    [0.95, 1],
    [0.95, 0],
    [0.2, 1]
  ])
  t.match(adaptive, { n: 2, missed: 1 })
  t.ok(Math.abs(adaptive!.alpha - (0.1 + 0.005 * (0.1 - 1) + 0.005 * 0.1)) < 1e-12)
})
