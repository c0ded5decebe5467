import t from 'tap'
import { derivedSeed, seededRandom } from '../../../src/math/random.js'
import { ksDistance, permutationPValue, stabilityIndex } from '../../../src/math/watching/drift.js'

const test = { shuffles: 99, seed: 5 }

t.test('the distance of two samples is the largest gap of their step functions', async (t) => {
  t.equal(ksDistance([1, 2, 3, 4], [3, 4, 5, 6]), 0.5)
  t.equal(ksDistance([1, 2], [3, 4]), 1)
  t.equal(ksDistance([1, 1, 2], [1, 1, 2]), 0)
  t.equal(ksDistance([1, 1, 1, 2], [1, 2, 2, 2]), 0.5)
})

t.test('the stability index is 0 for the same shares and grows with the change', async (t) => {
  const reference = Array.from({ length: 100 }, (_, i) => i)
  t.ok(Math.abs(stabilityIndex(reference, reference)) < 1e-12)
  const small = stabilityIndex(
    reference,
    reference.map((value) => value + 5)
  )
  const large = stabilityIndex(
    reference,
    reference.map((value) => value + 50)
  )
  t.ok(small > 0 && small < 0.25 && large > 1)
})

t.test('the stability index of a tied reference is worked by hand', async (t) => {
  // Upper edges 0 and 1, so three bins; half a value is added to each.
  const p = [2.5 / 5.5, 2.5 / 5.5, 0.5 / 5.5]
  const q = [0.5 / 5.5, 4.5 / 5.5, 0.5 / 5.5]
  const expected = p.reduce((sum, share, i) => sum + (q[i]! - share) * Math.log(q[i]! / share), 0)
  t.ok(Math.abs(stabilityIndex([0, 0, 1, 1], [1, 1, 1, 1]) - expected) < 1e-12)
  t.ok(Number.isFinite(stabilityIndex([1, 1, 1], [2, 2])))
})

t.test('samples without overlap have the smallest p-value, equal ones the largest', async (t) => {
  const low = Array.from({ length: 30 }, (_, i) => i)
  t.equal(
    permutationPValue(
      low,
      low.map((value) => value + 100),
      test
    ),
    1 / 100
  )
  t.equal(permutationPValue([1, 1, 1], [1, 1], test), 1)
})

t.test('the permutation test rejects exchangeable samples, with ties, no more often than its level', async (t) => {
  let rejected = 0
  for (let run = 0; run < 400; run++) {
    const random = seededRandom(derivedSeed(31, run))
    const draw = () => Math.floor(random() * 6)
    const reference = Array.from({ length: 25 }, draw)
    const recent = Array.from({ length: 15 }, draw)
    if (permutationPValue(reference, recent, { shuffles: 99, seed: run }) <= 0.05) rejected++
  }
  t.ok(rejected / 400 <= 0.08, String(rejected))
})

t.test('the same seed gives the same p-value', async (t) => {
  const reference = [1, 5, 2, 8, 4, 9]
  t.equal(permutationPValue(reference, [2, 9, 9], test), permutationPValue(reference, [2, 9, 9], test))
})
