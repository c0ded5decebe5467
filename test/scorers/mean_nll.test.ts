import t from 'tap'
import meanNll from '../../scorers/mean_nll.js'
import type { ScoredAnswer } from '../../src/scorer.js'
import { answer, end, reasonOf, run, token } from '../fixtures/evidence.js'
import { near } from '../fixtures/near.js'

const F1 = [token(0.9), token(0.5), token(0.8), end(0.95)]
const score = (evidence: ScoredAnswer, options = {}): ReturnType<typeof run> =>
  run(meanNll, { 'answer.logprobs': evidence }, options)

t.test('fixture F1 with and without the end token', async (t) => {
  near(t, score(answer(F1)).value, 0.268236, 'with')
  near(t, score(answer(F1), { include_eos: 'never' }).value, 0.34055, 'without')
})

t.test('it is the logarithm of the perplexity that the detail tells', async (t) => {
  const { value, detail } = score(answer(F1))
  near(t, detail?.perplexity as number, 1.307656, 'perplexity')
  near(t, value, Math.log(detail?.perplexity as number), 'logarithm', 1e-12)
})

t.test('one token: mean and sum agree', async (t) => {
  const { value, detail } = score(answer([token(0.5)]))
  near(t, value, Math.LN2, 'mean', 1e-12)
  near(t, detail?.sum as number, Math.LN2, 'sum', 1e-12)
})

t.test('a certain answer scores plain zero', async (t) => {
  t.ok(Object.is(score(answer([token(1)])).value, 0))
})

t.test('an answer without tokens has no value', async (t) => {
  t.equal(
    reasonOf(() => score(answer([]))),
    'empty_answer'
  )
})

t.test('averaged over sentences, a short one counts as much as a long one', async (t) => {
  const tokens = [
    ['Yes', 0.5],
    ['.', 0.5],
    [' It', 1],
    [' is', 1],
    [' so', 1],
    ['.', 1]
  ] as const
  const evidence = { 'answer.logprobs': answer(tokens.map(([text, p]) => token(p, { text }))) }
  t.equal(run(meanNll, evidence, { average: 'sentences' }).value.toFixed(9), (Math.LN2 / 2).toFixed(9))
  t.equal(run(meanNll, evidence).value.toFixed(9), (Math.LN2 / 3).toFixed(9))
})
