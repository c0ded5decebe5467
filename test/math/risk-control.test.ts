import t, { type Test } from 'tap'
import { binomialCdf } from '../../src/math/binomial.js'
import {
  binomialPValue,
  conformalRiskStep,
  hoeffdingBentkusPValue,
  learnThenTest,
  riskSteps,
  sequenceStarts,
  smallestAcceptance
} from '../../src/math/risk-control.js'
import { near as nearly } from '../fixtures/near.js'

const near = (t: Test, found: number, wanted: number) => nearly(t, found, wanted, 'value')
const labelled = (pairs: readonly (readonly [number, number])[]) =>
  pairs.map(([uncertainty, loss]) => ({ uncertainty, loss }))
const single = (target: number, delta: number) => ({ counts: [smallestAcceptance({ target, delta })], delta })

// F22 of the formula sheet, as uncertainty = 1 − κ.
const confidences = [0.95, 0.9, 0.85, 0.8, 0.7, 0.65, 0.6, 0.5, 0.4, 0.3]
const right = [1, 1, 1, 1, 0, 1, 0, 1, 0, 0]
const f22 = riskSteps(confidences.map((confidence, i) => ({ uncertainty: -confidence, loss: 1 - right[i]! })))

t.test('p-values reproduce fixture F22', async (t) => {
  near(t, binomialPValue(1, 40, 0.1), 0.080474)
  near(t, binomialPValue(2, 60, 0.1), 0.053045)
  near(t, hoeffdingBentkusPValue(2, 60, 0.1), 0.142645)
})

t.test('Bentkus counts errors as a whole number', async (t) => {
  // Where Bentkus is the smaller part: e · P(X ≤ 7 | 25, 0.6). A count that carries rounding must not become 8.
  const rounded = 25 * (7 / 25)
  t.ok(rounded > 7)
  t.ok(Math.abs(binomialCdf(7, 25, 0.36) - 0.2705) < 5e-5)
  t.equal(hoeffdingBentkusPValue(rounded, 25, 0.6), Math.E * binomialCdf(7, 25, 0.6))
})

t.test('the Hoeffding–Bentkus p-value of no errors is the binomial one', async (t) => {
  near(t, hoeffdingBentkusPValue(0, 22, 0.1), 0.9 ** 22)
  t.equal(hoeffdingBentkusPValue(20, 22, 0.1), 1)
})

t.test('conformal risk control reproduces the bounds of fixture F22', async (t) => {
  t.equal(conformalRiskStep(f22, 0.2)!.threshold, -0.65)
  t.equal(conformalRiskStep(f22, 2 / 11)!.threshold, -0.65)
  t.equal(conformalRiskStep(f22, 0.18)!.threshold, -0.8)
  t.equal(conformalRiskStep(f22, 0.46)!.threshold, -0.3)
  t.equal(conformalRiskStep(f22, 0.09), null)
})

t.test('equal scores form one step', async (t) => {
  t.same(
    riskSteps(
      labelled([
        [2, 1],
        [1, 0],
        [2, 0],
        [1, 1],
        [3, 0]
      ])
    ),
    [
      { threshold: 1, accepted: 2, errors: 1 },
      { threshold: 2, accepted: 4, errors: 2 },
      { threshold: 3, accepted: 5, errors: 2 }
    ]
  )
})

t.test('the smallest acceptance is 22 for ten per cent at ninety', async (t) => {
  t.equal(smallestAcceptance({ target: 0.1, delta: 0.1 }), 22)
  t.ok(0.9 ** 22 <= 0.1 && 0.9 ** 21 > 0.1)
  t.equal(smallestAcceptance({ target: 0.9, delta: 0.1 }), 1)
})

t.test('one sequence stops at the first failure even when a later step would pass', async (t) => {
  // 22 right, then 3 wrong, then 60 right: step 85 with 3 errors has p = 0.023 but lies behind the failure.
  const steps = riskSteps(Array.from({ length: 85 }, (_, i) => ({ uncertainty: i, loss: i >= 22 && i < 25 ? 1 : 0 })))
  t.ok(binomialPValue(3, 85, 0.1) <= 0.1)
  const found = learnThenTest(steps, 0.1, single(0.1, 0.1), binomialPValue)
  t.equal(found!.threshold, 21)
  t.equal(found!.accepted, 22)
  near(t, found!.pValue, 0.9 ** 22)
})

t.test('several starts reach behind an early error, each at its share of delta', async (t) => {
  const steps = riskSteps(Array.from({ length: 200 }, (_, i) => ({ uncertainty: i, loss: i === 3 ? 1 : 0 })))
  t.equal(learnThenTest(steps, 0.1, single(0.1, 0.1), binomialPValue), null)
  const found = learnThenTest(steps, 0.1, sequenceStarts(200, { target: 0.1, delta: 0.1 }), binomialPValue)
  t.equal(found!.accepted, 200)
  t.equal(found!.errors, 1)
})

t.test('starts run from the fewest that can pass to all, and share delta', async (t) => {
  t.same(sequenceStarts(10_000, { target: 0.05, delta: 0.1 }), { counts: [72, 372, 1930, 10_000], delta: 0.025 })
  t.same(sequenceStarts(50, { target: 0.05, delta: 0.1 }), { counts: [45], delta: 0.1 })
  t.same(sequenceStarts(44, { target: 0.05, delta: 0.1 }).counts, [])
})

t.test('a step of ties is taken whole: one bad tie group ends the walk', async (t) => {
  const steps = riskSteps([
    ...Array.from({ length: 30 }, () => ({ uncertainty: 0, loss: 0 })),
    ...Array.from({ length: 30 }, (_, i) => ({ uncertainty: 1, loss: i < 20 ? 1 : 0 }))
  ])
  const found = learnThenTest(steps, 0.1, single(0.1, 0.1), binomialPValue)
  t.match(found, { threshold: 0, accepted: 30, errors: 0 })
  near(t, found!.pValue, 0.9 ** 30)
})

t.test('all wrong has no threshold', async (t) => {
  const steps = riskSteps(Array.from({ length: 50 }, (_, i) => ({ uncertainty: i, loss: 1 })))
  t.equal(learnThenTest(steps, 0.5, sequenceStarts(50, { target: 0.5, delta: 0.1 }), binomialPValue), null)
})

t.test('Hoeffding–Bentkus p-values of graded losses agree with a second computation', async (t) => {
  // scipy: min(1, e · binom.cdf(⌈errors⌉, n, target), exp(−n · h1(min(errors/n, target), target))).
  const known = [
    [3.5, 120, 0.08, 0.06495878692175842],
    [12.25, 300, 0.1, 0.0006431687665027386],
    [0, 30, 0.1, 0.04239115827521614],
    [7, 25, 0.36, 0.6970531304129084],
    [40, 1000, 0.06, 0.00862111107538613]
  ] as const
  for (const [errors, n, target, p] of known) near(t, hoeffdingBentkusPValue(errors, n, target), p)
})
