import t from 'tap'
import { bare, wordSpans } from '../../../src/evidence/tokens/words.js'

t.test('signs around a text fall away, those inside it stay', async (t) => {
  t.equal(bare(' «well-known» '), 'well-known')
  t.equal(bare('e\u0301!'), 'e\u0301')
  t.equal(bare('…'), '')
})

t.test('a long run of signs inside a text is no trouble', async (t) => {
  const text = `a${'!'.repeat(500_000)}b`
  t.equal(bare(text), text)
})

t.test('words of a long text stand where they do in it', async (t) => {
  const text = 'one two '.repeat(5000)
  const spans = wordSpans(text)
  t.equal(spans.length, 10_000)
  t.ok(spans.every(({ start, end }, i) => text.slice(start, end) === (i % 2 === 0 ? 'one' : 'two')))
})
