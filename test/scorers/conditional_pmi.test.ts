import t from 'tap'
import conditionalPmi from '../../scorers/conditional_pmi.js'
import type { Token } from '../../src/scorer.js'
import { answer, reasonOf, run, token } from '../fixtures/evidence.js'
import { near } from '../fixtures/near.js'

const score = (tokens: readonly Token[], alone: readonly number[], options = {}): ReturnType<typeof run> =>
  run(conditionalPmi, { 'answer.logprobs': answer(tokens), 'answer.unconditional': alone.map(Math.log) }, options)
const F5 = [token(0.9, { entropy: 0.02 }), token(0.5, { entropy: 0.9 }), token(0.8, { entropy: 0.5 })]

t.test('fixture F5: only the two doubtful tokens are held against their unconditional values', async (t) => {
  const { value, detail } = score(F5, [0.01, 0.2, 0.4])
  near(t, value, -2.689482, 'CPMI')
  t.match(detail, { doubtful_tokens: 2, tokens: 3 })
})

t.test('above every entropy it is the mean NLL', async (t) => {
  near(t, score(F5, [0.01, 0.2, 0.4], { tau: 1 }).value, 0.34055, 'mean NLL')
})

t.test('with every token and weight 1 it is minus the mean PMI', async (t) => {
  near(t, score(F5, [0.01, 0.2, 0.4], { tau: 0, lambda: 1 }).value, -2.036416, 'PMI')
})

t.test('a token without an entropy cannot be told doubtful', async (t) => {
  t.equal(
    reasonOf(() => score([token(0.5)], [0.5])),
    'needs_entropy'
  )
})

t.test('an answer without tokens has no value', async (t) => {
  t.equal(
    reasonOf(() => score([], [])),
    'empty_answer'
  )
})
