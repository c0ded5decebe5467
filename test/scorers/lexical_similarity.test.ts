import t from 'tap'
import lexicalSimilarity from '../../scorers/lexical_similarity.js'
import { reasonOf, run, textSample } from '../fixtures/evidence.js'
import { near } from '../fixtures/near.js'

const score = (...texts: string[]): ReturnType<typeof run> =>
  run(lexicalSimilarity, { samples: texts.map(textSample), reference: null })

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

const TEXTS = ['the cat sat on the mat', 'the cat is on the mat', 'a dog barked']

t.test('words and pairs of words in common, on paper', async (t) => {
  const by = (variant: string) =>
    run(lexicalSimilarity, { samples: TEXTS.slice(0, 2).map(textSample), reference: null }, { variant }).value
  near(t, by('rouge1'), 1 - 10 / 12, 'five of six words', 1e-12)
  near(t, by('rouge2'), 1 - 6 / 10, 'three of five pairs', 1e-12)
})

t.test('pairs of words in texts of one word are equal or not', async (t) => {
  const by = (...texts: string[]) =>
    run(lexicalSimilarity, { samples: texts.map(textSample), reference: null }, { variant: 'rouge2' }).value
  t.equal(by('Paris', 'paris!'), 0)
  t.equal(by('Paris', 'Lyon'), 1)
})

t.test('samples can be compared with the answer, one sample too', async (t) => {
  const to = (answer: string | null, ...texts: string[]) =>
    run(
      lexicalSimilarity,
      { samples: texts.map(textSample), reference: answer === null ? null : textSample(answer) },
      { to: 'answer' }
    )
  near(t, to(TEXTS[0]!, TEXTS[1]!, TEXTS[2]!, TEXTS[0]!).value, 1 - (0.833333 + 0 + 1) / 3, 'mean')
  t.equal(to('Paris', 'Lyon').value, 1)
  t.equal(
    reasonOf(() => to('Paris')),
    'needs_samples'
  )
  t.equal(
    reasonOf(() => to(null, 'Paris')),
    'needs_answer'
  )
})

t.test('the answer is asked of the evidence only when samples are compared with it', async (t) => {
  t.same(lexicalSimilarity.parameters?.({ to: 'pairs' }), {})
  t.same(lexicalSimilarity.parameters?.({ to: 'answer' }), { reference: { used: true } })
})

t.test('other scripts and emoji are words too', async (t) => {
  t.ok(score('東京です', '東京でした').value < 1)
  t.equal(score('👍', '👎').value, 1)
})
