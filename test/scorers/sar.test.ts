import t from 'tap'
import sar from '../../scorers/sar.js'
import type { ScoredSample } from '../../src/scorer.js'
import { end, reasonOf, run, sample } from '../fixtures/evidence.js'
import { near } from '../fixtures/near.js'

const SIMILARITY = [
  [1, 0.9, 0.2],
  [0.9, 1, 0.1],
  [0.2, 0.1, 1]
]
function score(
  samples: readonly ScoredSample[],
  relevance: readonly (readonly number[])[],
  similarity: readonly (readonly number[])[] = SIMILARITY,
  options = {}
): ReturnType<typeof run> {
  return run(sar, { 'samples.logprobs': samples, 'samples.relevance': relevance, similarity }, options)
}

t.test('fixture F8: the TokenSAR of samples takes the place of their NLL', async (t) => {
  const samples = [0.5, 0.8, 2].map((nll) => sample('x', [Math.exp(-nll)]))
  const { value, detail } = score(samples, [[1], [1], [1]])
  near(t, value, -5.836838, 'SAR')
  near(t, detail?.mean_token_sar as number, 1.1, 'mean TokenSAR', 1e-12)
})

t.test('tokens that do not matter change nothing', async (t) => {
  const plain = [sample('x', [0.5]), sample('y', [0.25])]
  const padded = [sample('x', [0.5, 0.01]), sample('y', [0.001, 0.25])]
  near(
    t,
    score(padded, [
      [1, 0],
      [0, 0.3]
    ]).value,
    score(plain, [[1], [1]]).value,
    'value',
    1e-12
  )
})

t.test('without similarity and at temperature 1 it is the mean TokenSAR', async (t) => {
  const apart = [
    [1, 0],
    [0, 1]
  ]
  const samples = [sample('x', [0.5]), sample('y', [0.125])]
  near(t, score(samples, [[1], [1]], apart, { temperature: 1 }).value, 2 * Math.LN2, 'mean', 1e-12)
})

t.test('one sample, and a sample of its end token alone, have no value', async (t) => {
  t.equal(
    reasonOf(() => score([sample('x', [0.5])], [[1]])),
    'needs_two_samples'
  )
  const empty = sample('', [], { tokens: [end(0.5)] })
  t.equal(
    reasonOf(() => score([sample('x', [0.5]), empty], [[1], [0]])),
    'empty_sample'
  )
})
