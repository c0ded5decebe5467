import t from 'tap'
import lexicalSimilarity from '../../scorers/lexical_similarity.js'
import { reasonOf, run, textSample } from '../fixtures/evidence.js'
import { near } from '../fixtures/near.js'

const score = (...texts: string[]): ReturnType<typeof run> => run(lexicalSimilarity, { samples: texts.map(textSample) })

t.test('fixture F15: three sentences', async (t) => {
  const { value, detail } = score('the cat sat on the mat', 'the cat is on the mat', 'a dog barked')
  near(t, value, 0.722222, 'uncertainty')
  near(t, detail?.similarity as number, 0.277778, 'similarity')
})

t.test('identical answers are the most certain case, not the least', async (t) => {
  t.equal(score('Paris', 'Paris', 'Paris').value, 0)
  t.equal(score('', '').value, 0)
})

t.test('answers without a common word are entirely different', async (t) => {
  t.equal(score('Paris', 'Lyon').value, 1)
})

t.test('one sample says nothing', async (t) => {
  t.equal(
    reasonOf(() => score('Paris')),
    'needs_two_samples'
  )
})

t.test('samples too long to compare whole are flagged', async (t) => {
  t.match(score('so '.repeat(600), 'so').warnings, [{ code: 'long_samples_cut' }])
})
