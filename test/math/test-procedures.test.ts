import t from 'tap'
import { binomialPValue, riskSteps, smallestAcceptance } from '../../src/math/risk-control.js'
import { evenSteps, PROCEDURES, smallestTarget } from '../../src/math/test-procedures.js'

const { fixed_sequence: fixedSequence, bonferroni } = PROCEDURES
const every = (n: number, nth: number) =>
  riskSteps(Array.from({ length: n }, (_, i) => ({ uncertainty: i, loss: i % nth === 0 ? 1 : 0 })))
const allRight = (n: number) => riskSteps(Array.from({ length: n }, (_, i) => ({ uncertainty: i, loss: 0 })))

t.test('both procedures find a threshold from the same number of right examples on', async (t) => {
  const bound = { target: 0.1, delta: 0.1 }
  const needed = smallestAcceptance(bound)
  for (const procedure of [fixedSequence, bonferroni]) {
    t.equal(procedure.find(allRight(needed - 1), bound, binomialPValue), null)
    t.equal(procedure.find(allRight(needed), bound, binomialPValue)?.accepted, needed)
  }
})

t.test(
  'Bonferroni accepts everything that carries its share of delta, behind an early run of errors too',
  async (t) => {
    const steps = riskSteps(Array.from({ length: 400 }, (_, i) => ({ uncertainty: i, loss: i < 6 ? 1 : 0 })))
    const bound = { target: 0.1, delta: 0.1 }
    const found = bonferroni.find(steps, bound, binomialPValue)!
    t.equal(found.accepted, 400)
    t.ok(found.pValue <= 0.1 / 12)
  }
)

t.test('each Bonferroni test has its share of delta: one that needs all of it does not pass', async (t) => {
  // 5 errors of 100 at a target of 0.1 have a p-value of 0.058: below delta, above a twelfth of it.
  const steps = riskSteps(Array.from({ length: 100 }, (_, i) => ({ uncertainty: 0, loss: i < 5 ? 1 : 0 })))
  t.equal(bonferroni.find(steps, { target: 0.1, delta: 0.1 }, binomialPValue), null)
})

t.test('the smallest target is attained by its procedure, and the one below is not', async (t) => {
  const steps = every(120, 6)
  for (const procedure of [fixedSequence, bonferroni]) {
    const smallest = smallestTarget(steps, 0.1, binomialPValue, procedure)!
    const passes = (target: number) => procedure.find(steps, { target, delta: 0.1 }, binomialPValue) !== null
    t.ok(smallest > 1 / 6)
    t.ok(passes(smallest))
    t.notOk(passes(smallest - 0.001))
  }
})

t.test('all wrong, or no example, attains no target', async (t) => {
  for (const procedure of [fixedSequence, bonferroni]) {
    t.equal(smallestTarget(every(50, 1), 0.1, binomialPValue, procedure), null)
    t.equal(smallestTarget([], 0.1, binomialPValue, procedure), null)
  }
})

t.test('even steps end with all examples, and ties are taken whole', async (t) => {
  t.same(
    evenSteps(allRight(24), 4).map(({ accepted }) => accepted),
    [6, 12, 18, 24]
  )
  t.equal(evenSteps(allRight(3)).length, 3)
  const tied = riskSteps(Array.from({ length: 10 }, () => ({ uncertainty: 1, loss: 0 })))
  t.ok(evenSteps(tied).every(({ accepted }) => accepted === 10))
})
