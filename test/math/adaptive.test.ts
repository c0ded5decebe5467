import fc from 'fast-check'
import t from 'tap'
import { countsOf, leadProbability, leastFurther, longestRun, STOPPING_RULES } from '../../src/math/adaptive.js'

const close = (actual: number, expected: number): boolean => Math.abs(actual - expected) < 1e-6
const beta = STOPPING_RULES.beta(0.95)

t.test('fixture F32: the probability that the first of two meanings leads', async (t) => {
  t.ok(close(leadProbability(1, 0), 0.75))
  t.ok(close(leadProbability(3, 0), 0.9375))
  t.ok(close(leadProbability(4, 0), 0.96875))
  t.ok(close(leadProbability(5, 1), 0.9375))
  t.ok(close(leadProbability(7, 2), 0.945312), String(leadProbability(7, 2)))
})

t.test('neither of two equally frequent meanings leads', async (t) => {
  for (const count of [0, 1, 5, 50]) t.ok(Math.abs(leadProbability(count, count) - 0.5) < 1e-12)
})

t.test('the beta rule stops after four equal answers, not after three', async (t) => {
  t.equal(beta([0, 0, 0]), false)
  t.equal(beta([0, 0, 0, 0]), true)
  t.equal(beta([0, 1, 0, 0, 0, 0]), false)
  t.equal(beta([0, 1, 0, 0, 0, 0, 0]), true)
  t.equal(beta([]), false)
})

t.test('the window rule wants agreement in a row', async (t) => {
  const window = STOPPING_RULES.window(3)
  t.equal(window([0, 0, 1, 0, 0]), false)
  t.equal(window([1, 0, 0, 0]), true)
  t.equal(longestRun([]), 0)
})

t.test('the entropy rule goes on while the entropy is not known well', async (t) => {
  const entropy = STOPPING_RULES.entropy(0.1)
  const agreeing = (count: number) => new Array<number>(count).fill(0)
  t.equal(entropy([]), false)
  t.equal(entropy(agreeing(3)), false)
  t.equal(entropy(agreeing(40)), true)
  t.equal(entropy([0, 1, 2]), false)
})

t.test('groups are counted largest first', async (t) => {
  t.same(countsOf([2, 0, 0, 1, 0, 1]), [3, 2, 1])
})

t.test('a round is as large as the rule needs at the least', async (t) => {
  t.equal(leastFurther([], 10, beta), 4)
  t.equal(leastFurther([0, 0, 0, 1], 10, beta), 3)
  t.equal(leastFurther([0, 0, 0, 1], 2, beta), 2)
  t.equal(leastFurther([0, 1], 10, STOPPING_RULES.window(3)), 2)
})

t.test('no rule could have stopped within a round', async () => {
  const labels = fc.array(fc.nat({ max: 2 }), { maxLength: 12 })
  const rule = fc.constantFrom(beta, STOPPING_RULES.window(3), STOPPING_RULES.entropy(0.2))
  fc.assert(
    fc.property(labels, labels, rule, (before, after, isSettled) => {
      const least = leastFurther(before, 20, isSettled)
      const within = after.slice(0, least - 1)
      return within.every((_, i) => isSettled(before) || !isSettled([...before, ...within.slice(0, i + 1)]))
    })
  )
})
