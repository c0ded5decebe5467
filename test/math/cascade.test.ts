import t from 'tap'
import { cascadeSteps, cascadeThreshold, smallestCascadeTarget } from '../../src/math/cascade.js'
import { binomialPValue } from '../../src/math/risk-control.js'

const example = (uncertainty: number, loss: number, escalated: number) => ({ uncertainty, loss, escalated })

t.test('a step counts the errors of whichever model answers', async (t) => {
  const steps = cascadeSteps([example(1, 0, 1), example(2, 1, 0), example(2, 0, 0), example(3, 1, 0)])
  t.same(steps, [
    { threshold: -Infinity, accepted: 0, errors: 1 },
    { threshold: 1, accepted: 1, errors: 0 },
    { threshold: 2, accepted: 3, errors: 1 },
    { threshold: 3, accepted: 4, errors: 2 }
  ])
})

t.test('the threshold keeps as much as the error of the whole allows', async (t) => {
  // 200 right answers, then 100 wrong ones that the stronger model gets right.
  const steps = cascadeSteps(Array.from({ length: 300 }, (_, i) => example(i, i < 200 ? 0 : 1, 0)))
  const found = cascadeThreshold(steps, { target: 0.1, delta: 0.1 }, binomialPValue)!
  t.ok(found.accepted > 200 && found.accepted < 230, `${found.accepted}`)
  t.ok(found.errors / 300 < 0.1)
})

t.test('a weak stronger model bounds what can be attained', async (t) => {
  const steps = cascadeSteps(Array.from({ length: 300 }, (_, i) => example(i, 1, i % 2)))
  t.equal(cascadeThreshold(steps, { target: 0.2, delta: 0.1 }, binomialPValue), null)
  const smallest = smallestCascadeTarget(steps, 0.1, binomialPValue)!
  t.ok(smallest > 0.5 && smallest < 0.6, `${smallest}`)
  t.ok(cascadeThreshold(steps, { target: smallest, delta: 0.1 }, binomialPValue)!.accepted > 0)
})

t.test('with both models always wrong nothing is attainable', async (t) => {
  const steps = cascadeSteps(Array.from({ length: 50 }, (_, i) => example(i, 1, 1)))
  t.equal(smallestCascadeTarget(steps, 0.1, binomialPValue), null)
})
