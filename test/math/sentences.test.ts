import fc from 'fast-check'
import t from 'tap'
import { sentencesOf } from '../../src/math/sentences.js'

const texts = (text: string): string[] => sentencesOf(text).map((sentence) => sentence.text)

t.test('a text is cut after every sentence, without the white space around it', async (t) => {
  t.same(sentencesOf('  It is Lyon.  Or Paris? '), [
    { text: 'It is Lyon.', start: 2, end: 13 },
    { text: 'Or Paris?', start: 15, end: 24 }
  ])
})

t.test('sentences are found in scripts that have stops of their own', async (t) => {
  t.same(texts('東京です。大阪ではありません。'), ['東京です。', '大阪ではありません。'])
  t.same(texts('यह दिल्ली है। वह मुंबई है।'), ['यह दिल्ली है।', 'वह मुंबई है।'])
})

t.test('initials, titles and numbers of a list end no sentence', async (t) => {
  t.same(texts('Dr. Smith met J. K. Rowling. They spoke.'), ['Dr. Smith met J. K. Rowling.', 'They spoke.'])
  t.same(texts('1. Paris\n2. Lyon'), ['1. Paris', '2. Lyon'])
  t.same(texts('No. It is Lyon.'), ['No.', 'It is Lyon.'])
})

t.test('bare signs belong to what stands before them', async (t) => {
  t.same(texts('It is Lyon! 👍'), ['It is Lyon! 👍'])
  t.same(texts('👍'), ['👍'])
})

t.test('a blank text has no sentence', async (t) => {
  t.same(sentencesOf(''), [])
  t.same(sentencesOf(' \n\t '), [])
})

t.test('spans point at the text, whatever it is, and nothing but white space is left out', async () => {
  const any = fc.oneof(fc.string({ unit: 'grapheme' }), fc.stringMatching(/^[aA1. \n?👍。]{0,40}$/u))
  fc.assert(
    fc.property(any, (text) => {
      const found = sentencesOf(text)
      const isExact = found.every(({ start, end, text: own }) => text.slice(start, end) === own)
      return (
        isExact &&
        found
          .map((one) => one.text)
          .join('')
          .replace(/\s/gu, '') === text.replace(/\s/gu, '')
      )
    })
  )
})

t.test('a long text is cut as a short one is', async (t) => {
  const long = 'The cat sat on the mat. '.repeat(2000)
  t.equal(sentencesOf(long).length, 2000)
  t.same(new Set(texts(long)), new Set(['The cat sat on the mat.']))
  t.equal(
    sentencesOf('x'.repeat(20_000))
      .map(({ text }) => text)
      .join('').length,
    20_000
  )
})

t.test('signs line by line are one sentence, in time that does not grow with their square', async (t) => {
  t.same(sentencesOf('!\n'.repeat(200_000)).length, 1)
  t.equal(sentencesOf(`${'!\n'.repeat(3)}Yes. ${'!\n'.repeat(3)}No.`).length, 2)
})
