import t from 'tap'
import { seededRandom } from '../../../src/math/random.js'
import { adaptedLevel, adaptionBound } from '../../../src/math/watching/adaptive.js'

t.test('the level follows the errors (F23)', async (t) => {
  const levels: number[] = []
  let alpha = 0.1
  for (const missed of [true, false, false, true, false]) levels.push((alpha = adaptedLevel(alpha, 0.1, missed, 0.05)))
  for (const [i, expected] of [0.055, 0.06, 0.065, 0.02, 0.025].entries()) {
    t.ok(Math.abs(levels[i]! - expected) < 1e-12)
  }
})

t.test('the bound after 500 steps is the one of the paper (F23)', async (t) => {
  t.ok(Math.abs(adaptionBound(0.1, 500) - 0.362) < 1e-12)
  t.equal(adaptionBound(0.1, 0), Infinity)
})

t.test('the share of misses keeps the bound on a hostile stream, below zero and all', async (t) => {
  const random = seededRandom(3)
  let alpha = 0.1
  let missed = 0
  let lowest = alpha
  let worst = 0
  for (let step = 1; step <= 5000; step++) {
    const score = step < 1500 ? 1 : random() * (step % 700 === 0 ? 3 : 1)
    const isMissed = alpha >= 1 || (alpha > 0 && score > 1 - alpha)
    missed += Number(isMissed)
    alpha = adaptedLevel(alpha, 0.1, isMissed)
    lowest = Math.min(lowest, alpha)
    worst = Math.max(worst, Math.abs(missed / step - 0.1) / adaptionBound(0.1, step))
  }
  t.ok(worst <= 1 && worst > 0, String(worst))
  t.ok(lowest < 0)
})
