import t from 'tap'
import fisherRao from '../../scorers/fisher_rao.js'
import type { DescribedToken } from '../../src/scorer.js'
import { describedAnswer, describedToken } from '../fixtures/distributions.js'
import { reasonOf, run } from '../fixtures/evidence.js'
import { near } from '../fixtures/near.js'

const F6 = [0.7, 0.2, 0.1]
const score = (tokens: readonly DescribedToken[], options = {}): ReturnType<typeof run> =>
  run(fisherRao, { 'answer.distributions': describedAnswer(tokens) }, options)

t.test('fixture F6, subtracted from 1 so that more is more uncertain', async (t) => {
  near(t, score([describedToken(F6, 0)], { temperature: 1 }).value, 1 - 0.250101, 'temperature 1')
  near(t, score([describedToken(F6, 0)]).value, 1 - 0.129519, 'temperature 2, the default')
})

t.test('a uniform distribution scores 1', async (t) => {
  near(t, score([describedToken([0.5, 0.5], 0)]).value, 1, 'uniform', 1e-4)
})

t.test('a certain one of two scores one half: its distance is arccos √½, half a right angle', async (t) => {
  near(t, score([describedToken([1 - 1e-30, 1e-30], 0)]).value, 0.5, 'certain')
})

t.test('the mean distance is told', async (t) => {
  const { detail } = score([describedToken(F6, 0), describedToken([0.5, 0.5], 0)], { temperature: 1 })
  near(t, detail?.mean_distance as number, 0.250101 / 2, 'mean', 1e-4)
})

t.test('an answer without tokens has no value', async (t) => {
  t.equal(
    reasonOf(() => score([])),
    'empty_answer'
  )
})
