import t from 'tap'
import { expNegative, inverseCdf, logSoftmax, temper, topIndexes } from '../../../src/engine/language/logits.js'
import { Random } from '../../fixtures/onnx/random.js'

const logits = new Random(5).normals(1000, 6)

function reference(temperature: number): number[] {
  const peak = Math.max(...logits) / temperature
  const weights = Array.from(logits, (logit) => Math.exp(logit / temperature - peak))
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return weights.map((weight) => weight / sum)
}

t.test('the table of exp is accurate to a relative 1e-11 down to −32 and 0 below', async (t) => {
  let worst = 0
  for (let x = 0; x > -31.99; x -= 0.000917) worst = Math.max(worst, Math.abs(expNegative(x) / Math.exp(x) - 1))
  t.ok(worst < 1e-11, `${worst}`)
  t.equal(expNegative(0), 1)
  t.equal(expNegative(-33), 0)
  t.equal(expNegative(Number.NEGATIVE_INFINITY), 0)
})

t.test('log-probabilities and entropy equal plain arithmetic', async (t) => {
  const plain = reference(1)
  const { logprobs, entropy } = logSoftmax(logits)
  t.ok(logprobs.every((logprob, id) => Math.abs(logprob - Math.log(plain[id]!)) < 1e-5))
  t.ok(Math.abs(entropy + plain.reduce((sum, p) => sum + p * Math.log(p), 0)) < 1e-9)
})

t.test('a tempered distribution equals plain arithmetic', async (t) => {
  for (const temperature of [0.3, 1, 2]) {
    const plain = reference(temperature)
    t.ok(temper(logSoftmax(logits).logprobs, temperature).every((p, id) => Math.abs(p - plain[id]!) < 1e-6))
  }
})

t.test('the largest values come first and ties by lower index', async (t) => {
  t.strictSame(topIndexes(Float32Array.of(1, 3, 3, 2, 3, 0), 4), [1, 2, 4, 3])
  t.strictSame(topIndexes(Float32Array.of(1, 2), 5), [1, 0])
  const sorted = [...logits.keys()].sort((a, b) => logits[b]! - logits[a]! || a - b)
  t.strictSame(topIndexes(logits, 30), sorted.slice(0, 30))
})

t.test('an inverse distribution function yields the entry that u falls on', async (t) => {
  const probabilities = Float64Array.of(0.25, 0, 0.5, 0.25)
  t.strictSame(
    [0, 0.2, 0.25, 0.7, 0.75, 0.99].map((u) => inverseCdf(probabilities, u)),
    [0, 0, 2, 2, 3, 3]
  )
  t.equal(inverseCdf(Float64Array.of(0.5, 0.4), 0.95), 1, 'the last entry takes what rounding leaves')
})
