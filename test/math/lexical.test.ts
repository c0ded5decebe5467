import fc from 'fast-check'
import * as rouge from 'js-rouge'
import t from 'tap'
import { commonWords, indexWords, meanPairwiseSimilarity, rougeL, COMPARED_WORDS } from '../../src/math/lexical.js'
import { words } from '../../src/math/words.js'
import { near } from '../fixtures/near.js'

const index = (text: string): ReturnType<typeof indexWords> => indexWords(words(text, COMPARED_WORDS).words)

/** The classic quadratic table. */
function naive(a: readonly string[], b: readonly string[]): number {
  let last = new Array<number>(b.length + 1).fill(0)
  for (const word of a) {
    const row = [0]
    b.forEach((other, j) => row.push(word === other ? last[j]! + 1 : Math.max(row[j]!, last[j + 1]!)))
    last = row
  }
  return last[b.length]!
}

t.test('fixture F15: ROUGE-L of three sentences and the uncertainty they give', async (t) => {
  const [cat, mat, dog] = ['the cat sat on the mat', 'the cat is on the mat', 'a dog barked']
  near(t, rougeL(index(cat!), index(mat!)), 0.833333, 'cat, mat')
  near(t, rougeL(index(cat!), index(dog!)), 0, 'cat, dog')
  near(t, 1 - meanPairwiseSimilarity([cat!, mat!, dog!]).similarity, 0.722222, 'uncertainty')
})

t.test('the bit-parallel subsequence equals the table, across word boundaries of the bit rows', async () => {
  const list = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 150 })
  fc.assert(fc.property(list, list, (a, b) => commonWords(indexWords(a), indexWords(b)) === naive(a, b)))
})

t.test('it agrees with js-rouge on the same words', async () => {
  const text = fc.array(fc.constantFrom('red', 'green', 'blue', 'black'), { minLength: 1, maxLength: 40 })
  fc.assert(
    fc.property(text, text, (a, b) => {
      const options = { tokenizer: (s: string) => s.split(' '), segmenter: (s: string) => [s] }
      const theirs = rouge.l(a.join(' '), b.join(' '), options)
      return Math.abs(theirs - rougeL(indexWords(a), indexWords(b))) < 1e-12
    })
  )
})

t.test('two empty texts are alike, an empty and a full one are not', async (t) => {
  t.equal(meanPairwiseSimilarity(['', '']).similarity, 1)
  t.equal(rougeL(index(''), index('')), 1)
  t.equal(meanPairwiseSimilarity(['', 'Paris']).similarity, 0)
})

t.test('identical answers are entirely alike', async (t) => {
  t.same(meanPairwiseSimilarity(['Paris', 'Paris', 'Paris']), { similarity: 1, distinct: 1, cut: false })
})

t.test('duplicates weigh as often as they occur', async (t) => {
  // pairs: (a,a) = 1, (a,b) = 0 twice
  near(t, meanPairwiseSimilarity(['a', 'a', 'b']).similarity, 1 / 3, 'mean', 1e-12)
})

t.test('words are found in scripts without spaces, and case does not matter', async (t) => {
  t.ok(words('東京は日本の首都です', 20).words.length > 2)
  t.same(words('Paris, FRANCE!', 20).words, ['paris', 'france'])
})

t.test('reading a long text piece by piece splits no word', async () => {
  const word = fc.stringMatching(/^[a-z]{1,30}$/u)
  fc.assert(
    fc.property(
      fc.array(word, { minLength: 100, maxLength: 200 }),
      (list) => words(list.join(' '), 1000).words.join(' ') === list.join(' ')
    )
  )
})

t.test('a single word longer than a piece is still read to its end', async (t) => {
  t.equal(words('a'.repeat(3000), 100).words.join(''), 'a'.repeat(3000))
})

t.test('texts of signs alone still differ', async (t) => {
  t.same(words('👍', 5).words, ['👍'])
  t.equal(meanPairwiseSimilarity(['👍', '👎']).similarity, 0)
})

t.test('a long text is compared by its beginning and says so', async (t) => {
  const long = 'word '.repeat(COMPARED_WORDS + 1)
  t.same(words(long, 3), { words: ['word', 'word', 'word'], cut: true })
  t.equal(meanPairwiseSimilarity([long, 'word']).cut, true)
  t.equal(words(' '.repeat(1000), 3).cut, true)
})
