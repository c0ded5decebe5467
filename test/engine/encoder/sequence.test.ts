import t from 'tap'
import { joinParts, readTemplate } from '../../../src/engine/encoder/sequence.js'
import type { Part } from '../../../src/engine/encoder/sequence.js'

const [CLS, SEP] = [101, 102]
const example = { input_ids: [CLS, 1, SEP, 2, SEP], token_type_ids: [0, 0, 0, 1, 1] }
const pairTemplate = readTemplate(example, [[1], [2]])
const part = (...ids: readonly number[]): Part => ({ ids, truncated: false })

t.test('a pair is joined with the special tokens and types of the example', async (t) => {
  const { ids, types, truncated } = joinParts(pairTemplate, [part(7, 8), part(9)], 16)
  t.strictSame([ids, types, truncated], [[CLS, 7, 8, SEP, 9, SEP], [0, 0, 0, 0, 1, 1], false])
})

t.test('special tokens may be doubled and types may be missing', async (t) => {
  const template = readTemplate({ input_ids: [0, 5, 2, 2, 6, 2] }, [[5], [6]])
  const { ids, types } = joinParts(template, [part(7), part(8, 9)], 16)
  t.strictSame(
    [ids, types],
    [
      [0, 7, 2, 2, 8, 9, 2],
      [0, 0, 0, 0, 0, 0, 0]
    ]
  )
})

t.test('an example that does not hold its parts is refused', async (t) => {
  t.throws(() => readTemplate(example, [[1], [3]]), { message: /cannot be taken apart/ })
})

t.test('the padded length is the next multiple of eight, but never beyond the window', async (t) => {
  const lengthOf = (count: number, window: number): number => {
    return joinParts(pairTemplate, [part(...Array<number>(count).fill(7)), part(9)], window).paddedLength
  }
  t.strictSame([lengthOf(1, 64), lengthOf(4, 64), lengthOf(5, 64), lengthOf(60, 20)], [8, 8, 16, 20])
})

t.test('what does not fit is cut from the premise and flagged', async (t) => {
  const { ids, types, truncated } = joinParts(pairTemplate, [part(1, 2, 3, 4), part(5, 6)], 7)
  t.strictSame([ids, types, truncated], [[CLS, 1, 2, SEP, 5, 6, SEP], [0, 0, 0, 0, 1, 1, 1], true])
})

t.test('a hypothesis that does not fit alone is cut too', async (t) => {
  const { ids, truncated } = joinParts(pairTemplate, [part(1, 2), part(5, 6, 7, 8)], 5)
  t.strictSame([ids, truncated], [[CLS, SEP, 5, 6, SEP], true])
})

t.test('a part that was shortened before is flagged even when the rest fits', async (t) => {
  t.equal(joinParts(pairTemplate, [{ ids: [1], truncated: true }, part(2)], 16).truncated, true)
})
