import t from 'tap'
import sequenceProbability from '../../scorers/sequence_probability.js'
import type { ScoredAnswer } from '../../src/scorer.js'
import { answer, end, reasonOf, run, token } from '../fixtures/evidence.js'
import { near } from '../fixtures/near.js'

const F1 = [token(0.9), token(0.5), token(0.8), end(0.95)]
const score = (evidence: ScoredAnswer, options = {}): ReturnType<typeof run> =>
  run(sequenceProbability, { 'answer.logprobs': evidence }, options)

t.test('fixture F1: the product, one minus which is the zero-one score', async (t) => {
  near(t, 1 - score(answer(F1)).value, 0.658, 'with the end token')
})

t.test("fixture F1: UQLM's two forms, over all four tokens", async (t) => {
  near(t, score(answer(F1)).value, 0.342, 'raw')
  near(t, score(answer(F1), { normalized: true }).value, 0.764727, 'normalized')
})

t.test('the normalized form of equal tokens is their probability, whatever the length', async (t) => {
  for (const length of [1, 7]) {
    near(t, score(answer(new Array(length).fill(token(0.25))), { normalized: true }).value, 0.25, `${length} tokens`)
  }
})

t.test('both forms and the logarithm are in the detail', async (t) => {
  const { detail } = score(answer([token(0.5), token(0.5)]))
  t.match(detail, { product: 0.25, per_token: 0.5, tokens: 2 })
  near(t, detail?.logprob as number, -2 * Math.LN2, 'logprob')
})

t.test('a very long answer underflows to 0 and keeps its logarithm', async (t) => {
  const { value, detail } = score(answer(new Array(100).fill(token(1e-9))))
  t.equal(value, 0)
  near(t, detail?.logprob as number, 100 * Math.log(1e-9), 'logprob', 1e-6)
})

t.test('an answer without tokens has no value', async (t) => {
  t.equal(
    reasonOf(() => score(answer([]))),
    'empty_answer'
  )
})
