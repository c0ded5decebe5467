import t from 'tap'
import { uniform } from '../../../src/engine/language/random.js'

const ROWS = 100
const STEPS = 1000

function table(seed: number): number[][] {
  return Array.from({ length: ROWS }, (_, row) => Array.from({ length: STEPS }, (__, step) => uniform(seed, row, step)))
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function correlation(left: readonly number[], right: readonly number[]): number {
  return mean(left.map((value, at) => (value - 0.5) * (right[at]! - 0.5))) * 12
}

const all = table(7)

t.test('every draw lies strictly between 0 and 1 and is exact in float32', async (t) => {
  for (const seed of [0, 7, 0xffffffff]) {
    t.ok(
      table(seed)
        .flat()
        .every((u) => u > 0 && u < 1 && Math.fround(u) === u),
      `seed ${seed}`
    )
  }
})

t.test('a draw is fixed by seed, row and step, in whatever order draws are made', async (t) => {
  const backwards = all.map((row, at) => row.map((_, step) => uniform(7, at, STEPS - 1 - step)).reverse())
  t.strictSame(backwards, all)
})

t.test('draws are spread evenly', async (t) => {
  const values = all.flat()
  t.ok(Math.abs(mean(values) - 0.5) < 0.004, `mean ${mean(values)}`)
  const variance = mean(values.map((value) => (value - 0.5) ** 2))
  t.ok(Math.abs(variance - 1 / 12) < 0.001, `variance ${variance}`)
  const bins = new Float64Array(256)
  for (const value of values) bins[Math.floor(value * 256)]! += 1
  const expected = values.length / 256
  const chiSquare = bins.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
  t.ok(chiSquare > 160 && chiSquare < 370, `chi square ${chiSquare} of 255 degrees`)
})

t.test('neighbouring rows, steps and seeds are not correlated', async (t) => {
  const values = all.flat()
  t.ok(Math.abs(correlation(values.slice(1), values.slice(0, -1))) < 0.015, 'steps')
  t.ok(Math.abs(correlation(all.slice(1).flat(), all.slice(0, -1).flat())) < 0.015, 'rows')
  t.ok(Math.abs(correlation(table(8).flat(), values)) < 0.015, 'seeds')
})

t.test('other seeds, rows and steps give other draws', async (t) => {
  t.ok(new Set(all.flat()).size > 0.99 * ROWS * STEPS)
  t.not(uniform(7, 1, 2), uniform(7, 2, 1))
  t.not(uniform(7, 0, 0), uniform(8, 0, 0))
})
