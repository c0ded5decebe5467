import t from 'tap'
import { bootstrapInterval } from '../../src/math/bootstrap.js'

const values = Array.from({ length: 400 }, (_, i) => (i % 4 === 0 ? 1 : 0))
const meanOf = (indexes: readonly number[]) => indexes.reduce((sum, i) => sum + values[i]!, 0) / indexes.length

t.test('the interval of a mean is as wide as its standard error says', async (t) => {
  const { low, high } = bootstrapInterval(values.length, meanOf)!
  const half = 1.96 * Math.sqrt((0.25 * 0.75) / 400)
  t.ok(Math.abs(low - (0.25 - half)) < 0.01)
  t.ok(Math.abs(high - (0.25 + half)) < 0.01)
})

t.test('the same seed gives the same interval, another seed another', async (t) => {
  t.same(bootstrapInterval(400, meanOf, { draws: 9, seed: 3 }), bootstrapInterval(400, meanOf, { draws: 9, seed: 3 }))
  t.strictNotSame(
    bootstrapInterval(400, meanOf, { draws: 9, seed: 3 }),
    bootstrapInterval(400, meanOf, { draws: 9, seed: 4 })
  )
})

t.test('a figure that is mostly undefined has no interval', async (t) => {
  t.equal(
    bootstrapInterval(10, () => null),
    null
  )
})
