import t from 'tap'
import { bySentence, meanOverSentences } from '../../src/math/token-sentences.js'
import { end, token } from '../fixtures/evidence.js'

const tokens = ['It', ' rains', '.', ' It', ' pours', ' hard', '.'].map((text, i) => token(1 / (i + 1), { text }))
const texts = (groups: readonly (readonly { readonly text: string }[])[]) =>
  groups.map((group) => group.map(({ text }) => text).join(''))

t.test('tokens go to the sentence in which their text begins, the end token to the last', async (t) => {
  const groups = bySentence([...tokens, end(0.5)])
  t.same(texts(groups), ['It rains.', ' It pours hard.'])
  t.ok(groups[1]!.at(-1)!.end)
})

t.test('every sentence counts alike, however long', async (t) => {
  const counted = meanOverSentences(tokens, (group) => group.length)
  t.same(counted, { value: 3.5, sentences: [3, 4] })
})

t.test('sentences without a value are left out, and no sentence at all has no mean', async (t) => {
  t.equal(meanOverSentences(tokens, (group) => (group.length === 3 ? null : 8))?.value, 8)
  t.equal(
    meanOverSentences(tokens, () => null),
    null
  )
  t.equal(
    meanOverSentences([], () => 1),
    null
  )
})

t.test('an end token alone and white space alone are one sentence', async (t) => {
  t.equal(bySentence([end(0.5)]).length, 1)
  t.equal(bySentence([token(0.5, { text: ' ' })]).length, 1)
})
