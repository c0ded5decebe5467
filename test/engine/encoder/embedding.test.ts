import t from 'tap'
import { unitMean } from '../../../src/engine/encoder/embedding.js'

t.test('the mean covers the real tokens only and has unit length', async (t) => {
  const states = Float32Array.of(3, 0, 3, 8, 100, 100)
  t.strictSame(unitMean(states, 2, 2), Float32Array.of(0.6, 0.8))
})

t.test('a zero mean stays zero instead of becoming NaN', async (t) => {
  t.strictSame(unitMean(Float32Array.of(1, -1), 2, 1), Float32Array.of(0))
})
