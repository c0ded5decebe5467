import t from 'tap'
import pmi from '../../scorers/pmi.js'
import type { Token } from '../../src/scorer.js'
import { answer, end, reasonOf, run, token } from '../fixtures/evidence.js'
import { near } from '../fixtures/near.js'

const score = (tokens: readonly Token[], alone: readonly number[], options = {}): ReturnType<typeof run> =>
  run(pmi, { 'answer.logprobs': answer(tokens), 'answer.unconditional': alone.map(Math.log) }, options)
const F5 = [token(0.9), token(0.5), token(0.8)]

t.test('fixture F5 over all tokens', async (t) => {
  near(t, score(F5, [0.01, 0.2, 0.4]).value, -2.036416, 'PMI')
})

t.test("fixture F5 by lm-polygraph's convention, a first term of 0", async (t) => {
  near(t, score(F5, [1, 0.2, 0.4]).value, -0.501359, 'PMI')
})

t.test('an answer that is as probable without the prompt scores 0', async (t) => {
  near(t, score(F5, [0.9, 0.5, 0.8]).value, 0, 'no information')
})

t.test('a prompt that speaks against the answer scores above 0, by the logarithm of the ratio', async (t) => {
  near(t, score([token(0.1)], [0.4]).value, Math.log(4), 'four times less probable')
})

t.test('the end token and its unconditional value count together or not at all', async (t) => {
  const tokens = [token(0.5), end(0.9)]
  near(t, score(tokens, [0.25, 0.3]).value, -(Math.log(2) + Math.log(3)) / 2, 'with')
  near(t, score(tokens, [0.25, 0.3], { include_eos: 'never' }).value, -Math.LN2, 'without')
})

t.test('an answer without tokens has no value', async (t) => {
  t.equal(
    reasonOf(() => score([], [])),
    'empty_answer'
  )
})
