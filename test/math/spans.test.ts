import fc from 'fast-check'
import t from 'tap'
import { claimSpans } from '../../src/math/spans.js'

const texts = (text: string): string[] => claimSpans(text).map((span) => span.text)

t.test('function words part the spans of content words', async (t) => {
  t.same(texts('The capital of Australia is Canberra.'), ['capital', 'Australia', 'Canberra'])
  t.same(texts('It was built in 1927 by John Smith and Mary Jones'), ['built', '1927', 'John Smith', 'Mary Jones'])
})

t.test('names keep the particles inside them', async (t) => {
  t.same(texts('He taught at the University of Oxford with Ludwig van Beethoven.'), [
    'taught',
    'University of Oxford',
    'Ludwig van Beethoven'
  ])
})

t.test('numbers, compounds and abbreviations are not torn apart', async (t) => {
  t.same(texts('about 3.5 million state-of-the-art units'), ['3.5 million state-of-the-art units'])
  t.same(texts("It weighs 1,200 kg at 9:30 in the town's hall"), ['weighs 1,200 kg', '9:30', "town's hall"])
})

t.test('signs and line breaks end a span', async (t) => {
  t.same(texts('Sydney, Perth (Western Australia)\nHobart'), ['Sydney', 'Perth', 'Western Australia', 'Hobart'])
})

t.test('quoted text is one span without its marks', async (t) => {
  t.same(texts('She wrote “The Old Man and the Sea” in Cuba.'), ['wrote', 'The Old Man and the Sea', 'Cuba'])
  t.same(texts('He said "to be or not" twice'), ['said', 'to be or not', 'twice'])
})

t.test('negations count: a claim hangs on them', async (t) => {
  t.same(texts('It is not Sydney.'), ['not Sydney'])
})

t.test('no span crosses a sentence', async (t) => {
  t.same(texts('Go Paris. London calls.'), ['Go Paris', 'London calls'])
})

t.test('text without words has no span', async (t) => {
  t.same(texts(''), [])
  t.same(texts('?! 👍'), [])
})

t.test('spans lie in the text, in order, and do not overlap', async () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.lorem(),
    fc.string({ unit: fc.constantFrom('a', ' ', '"', '.', 'Of', ',', '\n') })
  )
  fc.assert(
    fc.property(text, (text) => {
      const spans = claimSpans(text)
      return spans.every(
        (span, i) =>
          text.slice(span.start, span.end) === span.text && span.text !== '' && span.start >= (spans[i - 1]?.end ?? 0)
      )
    })
  )
})

t.test('spans of a long text stand where they do in it, in memory that does not grow with its square', async (t) => {
  // The segmenter hands out a copy of all of its input with every word: gigabytes for a sentence as long as this.
  const text = `${'A. '.repeat(21_000)}Canberra, Lyon`
  t.same(texts(text), ['Canberra', 'Lyon'])
  t.equal(claimSpans(text).at(-1)!.end, text.length)
})
