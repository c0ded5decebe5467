import t from 'tap'
import { derivedSeed, drawIndex, seededRandom } from '../../src/math/random.js'

const draws = (seed: number, count: number): number[] => {
  const random = seededRandom(seed)
  return Array.from({ length: count }, random)
}

t.test('equal seeds give equal numbers and other seeds give others', async (t) => {
  t.same(draws(7, 20), draws(7, 20))
  t.notSame(draws(7, 20), draws(8, 20))
})

t.test('numbers are spread evenly over [0, 1)', async (t) => {
  const numbers = draws(1, 20_000)
  const bins = new Array<number>(20).fill(0)
  for (const number of numbers) bins[Math.floor(number * 20)]!++
  // Chi-square with 19 degrees of freedom: 43.8 is passed once in a thousand seeds.
  t.ok(bins.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0) < 43.8, bins.join(' '))
})

t.test('neighbouring numbers and neighbouring seeds are unrelated', async (t) => {
  const correlation = (a: readonly number[], b: readonly number[]): number =>
    (a.reduce((sum, value, i) => sum + (value - 0.5) * (b[i]! - 0.5), 0) / a.length) * 12
  const numbers = draws(3, 20_000)
  t.ok(Math.abs(correlation(numbers.slice(1), numbers.slice(0, -1))) < 0.03)
  t.ok(Math.abs(correlation(numbers, draws(4, 20_000))) < 0.03)
})

t.test('derived seeds are distinct 32-bit numbers', async (t) => {
  const seeds = Array.from({ length: 1000 }, (_, index) => derivedSeed(0, index))
  t.equal(new Set(seeds).size, 1000)
  t.ok(seeds.every((seed) => Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32))
})

t.test('an index is a whole number below the count', async (t) => {
  const random = seededRandom(5)
  const seen = new Set(Array.from({ length: 200 }, () => drawIndex(random, 3)))
  t.same([...seen].sort(), [0, 1, 2])
})
