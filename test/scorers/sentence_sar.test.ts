import t from 'tap'
import sentenceSar from '../../scorers/sentence_sar.js'
import type { ScoredSample } from '../../src/scorer.js'
import { reasonOf, run, sample } from '../fixtures/evidence.js'
import { near } from '../fixtures/near.js'

const F8 = [sample('a', [0.6]), sample('b', [0.3]), sample('c', [0.1])]
const F8_SIMILARITY = [
  [1, 0.9, 0.2],
  [0.9, 1, 0.1],
  [0.2, 0.1, 1]
]
function score(
  samples: readonly ScoredSample[],
  similarity: readonly (readonly number[])[],
  options = {}
): ReturnType<typeof run> {
  return run(sentenceSar, { 'samples.logprobs': samples, similarity }, options)
}

t.test('fixture F8', async (t) => {
  const { value, detail } = score(F8, F8_SIMILARITY)
  near(t, value, -5.664571, 'SentenceSAR')
  t.same(detail, { samples: 3, temperature: 0.001 })
})

t.test('without any similarity it is the mean surprise of the samples', async (t) => {
  const apart = [
    [1, 0],
    [-1, 1]
  ]
  near(t, score([sample('a', [0.5]), sample('b', [0.125])], apart).value, 2 * Math.LN2, 'mean −ln p', 1e-12)
})

t.test('at temperature 1 equal samples add up', async (t) => {
  const alike = [
    [1, 1],
    [1, 1]
  ]
  const half = [sample('a', [0.5]), sample('a', [0.5])]
  near(t, score(half, alike, { temperature: 1 }).value, 0, '−ln 1', 1e-12)
})

t.test('probabilities too small to be written as numbers still count', async (t) => {
  const rare = Array.from({ length: 20 }, () => 1e-40)
  const { value } = score(
    [sample('a', rare), sample('b', rare)],
    [
      [1, 0],
      [0, 1]
    ]
  )
  near(t, value, 800 * Math.LN10, '−ln p', 1e-6)
})

t.test('one sample says nothing, and neither does a sample without tokens', async (t) => {
  t.equal(
    reasonOf(() => score(F8.slice(0, 1), [[1]])),
    'needs_two_samples'
  )
  t.equal(
    reasonOf(() => score([...F8.slice(0, 2), sample('', [])], F8_SIMILARITY)),
    'empty_sample'
  )
})
