import t from 'tap'
import perplexity from '../../scorers/perplexity.js'
import { answer, end, reasonOf, run, token } from '../fixtures/evidence.js'
import { near } from '../fixtures/near.js'

const F1 = answer([token(0.9), token(0.5), token(0.8), end(0.95)])

t.test('fixture F1 with and without the end token', async (t) => {
  near(t, run(perplexity, { 'answer.logprobs': F1 }).value, 1.307656, 'with')
  near(t, run(perplexity, { 'answer.logprobs': F1 }, { include_eos: 'never' }).value, 1.405721, 'without')
})

t.test('choosing evenly among eight tokens has perplexity eight', async (t) => {
  const even = answer([token(1 / 8), token(1 / 8)])
  near(t, run(perplexity, { 'answer.logprobs': even }).value, 8, 'value', 1e-9)
})

t.test('an answer of censored tokens stays finite', async (t) => {
  const censored = answer([token(1, { logprob: -100, censored: true })])
  t.ok(Number.isFinite(run(perplexity, { 'answer.logprobs': censored }).value))
})

t.test('an answer without tokens has no value', async (t) => {
  t.equal(
    reasonOf(() => run(perplexity, { 'answer.logprobs': answer([]) })),
    'empty_answer'
  )
})
