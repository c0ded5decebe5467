import t from 'tap'
import { binaryValues, expectDigits } from '../../src/math/choices-risk.js'
import { near } from '../fixtures/near.js'

const digits = (cells: Readonly<Record<string, number>>): number[][] =>
  Array.from({ length: 10 }, (_, i) => Array.from({ length: 10 }, (_, j) => cells[`${i}${j}`] ?? 0))

t.test('yes and true count, wherever they stand; else the first of two options does', async (t) => {
  t.same(binaryValues(['No', 'yes.']), [0, 1])
  t.same(binaryValues(['False', 'True']), [0, 1])
  t.same(binaryValues(['rain', 'sun']), [1, 0])
  t.equal(binaryValues(['a', 'b', 'c']), null)
})

t.test('the expected number weighs all pairs of digits, not the most probable one', async (t) => {
  // .39 and .40 with equal weight: a greedy reader of digits says .39 or .40, or even .49
  const expected = expectDigits(digits({ 39: 0.3, 40: 0.3 }))!
  near(t, expected.value, 0.395, 'value', 1e-12)
  near(t, expected.deviation, 0.005, 'std', 1e-12)
  near(t, expected.mass, 0.6, 'mass', 1e-12)
})

t.test('the first digit is the tenth, the second the hundredth', async (t) => {
  near(t, expectDigits(digits({ 72: 0.9 }))!.value, 0.72, 'value', 1e-12)
})

t.test('digits without mass have no expectation', async (t) => {
  t.equal(expectDigits(digits({})), null)
})
