import t from 'tap'
import maxTokenEntropy from '../../scorers/max_token_entropy.js'
import { answer, end, reasonOf, run, token } from '../fixtures/evidence.js'
import { near } from '../fixtures/near.js'

t.test('fixture F2: the largest entropy and where it is', async (t) => {
  const tokens = [0.394398, 1.029653, 0.639032].map((entropy, i) => token(0.5, { entropy, text: `t${i}` }))
  const { value, detail } = run(maxTokenEntropy, {
    'answer.logprobs': answer([...tokens, end(0.95, { entropy: 0.232166 })])
  })
  near(t, value, 1.029653, 'largest')
  t.match(detail, { exact: true, token: 't1', index: 1 })
})

t.test('a bound from alternatives competes with exact entropies', async (t) => {
  const alternatives = [0.6, 0.2, 0.1].map((p) => ({ text: 'y', logprob: Math.log(p) }))
  const tokens = [token(0.5, { entropy: 1 }), token(0.6, { alternatives })]
  const { value, detail } = run(maxTokenEntropy, { 'answer.logprobs': answer(tokens) })
  near(t, value, 1.0889, 'lower bound of the second token')
  t.match(detail, { exact: false, index: 1, upper: null })
})

t.test('log-probabilities alone do not make an entropy', async (t) => {
  t.equal(
    reasonOf(() => run(maxTokenEntropy, { 'answer.logprobs': answer([token(0.5)]) })),
    'needs_top_logprobs'
  )
})

t.test('an answer without tokens has no value', async (t) => {
  t.equal(
    reasonOf(() => run(maxTokenEntropy, { 'answer.logprobs': answer([]) })),
    'empty_answer'
  )
})

t.test('averaged over sentences, the peak of each counts', async (t) => {
  const tokens = [
    ['Yes', 1],
    ['.', 0],
    [' It', 0],
    [' is', 3],
    ['.', 0]
  ] as const
  const evidence = { 'answer.logprobs': answer(tokens.map(([text, entropy]) => token(1, { text, entropy }))) }
  t.equal(run(maxTokenEntropy, evidence, { average: 'sentences' }).value, 2)
})
