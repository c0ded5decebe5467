import t from 'tap'
import type { BatchModel } from '../../../src/engine/encoder/batcher.js'
import type { Sequence } from '../../../src/engine/encoder/sequence.js'
import { checkBatching, checkProbabilities, checkUnitLength } from '../../../src/engine/encoder/self-test.js'

/** A model whose result is what `value` makes of a row and its batch. */
function model(value: (row: Sequence, batch: readonly Sequence[]) => number): BatchModel<number, readonly number[]> {
  return {
    resultBytes: 8,
    key: String,
    encode: (input) => ({ ids: [input], types: [0], paddedLength: 8 * input, truncated: false }),
    run: async (batch) => batch.map((row) => [value(row, batch)])
  }
}

t.test('rows that depend on themselves alone pass', async (t) => {
  const check = await checkBatching(
    model((row) => row.ids[0]!),
    [1, 2, 3],
    (result) => result
  )
  t.match(check, { name: 'batched_equals_alone', passed: true, difference: 0 })
})

t.test('rows that change with the size of their batch fail', async (t) => {
  const check = await checkBatching(
    model((_row, batch) => batch.length),
    [1, 2, 3],
    (result) => result
  )
  t.match(check, { passed: false, difference: 2 })
})

t.test('a result that is not a number fails', async (t) => {
  const check = await checkBatching(
    model(() => NaN),
    [1, 2],
    (result) => result
  )
  t.equal(check.passed, false)
})

t.test('probabilities that do not sum to one fail', async (t) => {
  const fine = { entailment: 0.5, neutral: 0.25, contradiction: 0.25, truncated: false }
  t.equal(checkProbabilities([fine]).passed, true)
  t.equal(checkProbabilities([fine, { ...fine, neutral: 0.3 }]).passed, false)
  t.equal(checkProbabilities([{ ...fine, neutral: NaN }]).passed, false)
})

t.test('vectors that are not of unit length fail', async (t) => {
  t.equal(checkUnitLength([Float32Array.of(0.6, 0.8)]).passed, true)
  t.equal(checkUnitLength([Float32Array.of(0.6, 0.9)]).passed, false)
})
