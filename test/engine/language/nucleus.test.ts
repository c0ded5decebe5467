import t from 'tap'
import { drawNucleus } from '../../../src/engine/language/nucleus.js'

const GRID = 20_000

function logprobsOf(probabilities: readonly number[]): Float32Array {
  return Float32Array.from(probabilities, (each) => Math.log(each))
}

function drawn(logprobs: Float32Array, temperature: number, topP: number): Map<number, number> {
  const counts = new Map<number, number>()
  for (let at = 0; at < GRID; at++) {
    const id = drawNucleus(logprobs, temperature, topP, (at + 0.5) / GRID)
    counts.set(id, (counts.get(id) ?? 0) + 1 / GRID)
  }
  return counts
}

t.test('a nucleus holds the most probable entries up to its mass and no other', async (t) => {
  const counts = drawn(logprobsOf([0.05, 0.4, 0.15, 0.1, 0.3]), 1, 0.8)
  t.same([...counts.keys()].sort(), [1, 2, 4])
  for (const [id, share] of [
    [1, 0.4 / 0.85],
    [2, 0.15 / 0.85],
    [4, 0.3 / 0.85]
  ] as const) {
    t.ok(Math.abs(counts.get(id)! - share) < 2 / GRID, `entry ${String(id)}`)
  }
})

t.test('temperature is applied before the mass is counted', async (t) => {
  const counts = drawn(logprobsOf([0.6, 0.3, 0.1]), 0.5, 0.75)
  t.same([...counts.keys()], [0], '0.36 of 0.46 is more than three quarters')
})

t.test('equal entries at the border are kept by lower id', async (t) => {
  const counts = drawn(logprobsOf([0.25, 0.25, 0.25, 0.25]), 1, 0.5)
  t.same([...counts.keys()].sort(), [0, 1])
})

t.test('the whole mass keeps every entry', async (t) => {
  const counts = drawn(logprobsOf([0.5, 0.3, 0.15, 0.05]), 1, 1)
  t.equal(counts.size, 4)
})
