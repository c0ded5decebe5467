import t from 'tap'
import boostedProbability from '../../scorers/boosted_probability.js'
import type { DescribedToken } from '../../src/scorer.js'
import { describedAnswer, describedToken } from '../fixtures/distributions.js'
import { reasonOf, run } from '../fixtures/evidence.js'
import { near } from '../fixtures/near.js'

const FOUR = [0.45, 0.4, 0.08, 0.07]
const FIVE = [0.45, 0.4, 0.08, 0.05, 0.02]
const score = (tokens: readonly DescribedToken[], options = {}): ReturnType<typeof run> =>
  run(boostedProbability, { 'answer.distributions': describedAnswer(tokens) }, options)

t.test('fixture F7: a dominant token counts with all dominant ones, another with its own', async (t) => {
  near(t, score([describedToken(FOUR, 1)]).value, 1 - 0.85, 'second of {1, 2}')
  near(t, score([describedToken(FOUR, 2)]).value, 1 - 0.08, 'third')
  for (const emitted of [1, 2]) near(t, score([describedToken(FIVE, emitted)]).value, 1 - 0.98, 'of {1, 2, 3, 4}')
})

t.test('positions are averaged', async (t) => {
  const { value, detail } = score([describedToken(FOUR, 1), describedToken(FOUR, 2)])
  near(t, value, 1 - (0.85 + 0.08) / 2, 'mean')
  near(t, detail?.least_boosted_probability as number, 0.08, 'least')
})

t.test('a certain token leaves nothing', async (t) => {
  near(t, score([describedToken([1], 0)]).value, 0, 'one entry')
})

t.test('an answer without tokens has no value', async (t) => {
  t.equal(
    reasonOf(() => score([])),
    'empty_answer'
  )
})
