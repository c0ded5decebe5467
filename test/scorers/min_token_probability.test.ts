import t from 'tap'
import minTokenProbability from '../../scorers/min_token_probability.js'
import { answer, end, reasonOf, run, token } from '../fixtures/evidence.js'
import { near } from '../fixtures/near.js'

t.test('fixture F1: the least probable token and its NLL', async (t) => {
  const tokens = [token(0.9), token(0.5, { text: 'weak' }), token(0.8), end(0.95)]
  const { value, detail } = run(minTokenProbability, { 'answer.logprobs': answer(tokens) })
  near(t, value, 0.5, 'probability')
  near(t, detail?.max_nll as number, 0.693147, 'largest NLL')
  t.match(detail, { token: 'weak', index: 1 })
})

t.test('the end token can be the weakest, unless it is left out', async (t) => {
  const evidence = { 'answer.logprobs': answer([token(0.9), end(0.1)]) }
  near(t, run(minTokenProbability, evidence).value, 0.1, 'with')
  near(t, run(minTokenProbability, evidence, { include_eos: 'never' }).value, 0.9, 'without')
})

t.test('an answer without tokens has no value', async (t) => {
  t.equal(
    reasonOf(() => run(minTokenProbability, { 'answer.logprobs': answer([]) })),
    'empty_answer'
  )
})
