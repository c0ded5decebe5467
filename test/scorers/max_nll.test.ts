import t from 'tap'
import maxNll from '../../scorers/max_nll.js'
import minTokenProbability from '../../scorers/min_token_probability.js'
import type { ScoredAnswer } from '../../src/scorer.js'
import { answer, end, reasonOf, run, token } from '../fixtures/evidence.js'
import { near } from '../fixtures/near.js'

const F1 = [token(0.9), token(0.5, { text: 'weak' }), token(0.8), end(0.95)]
const score = (evidence: ScoredAnswer, options = {}): ReturnType<typeof run> =>
  run(maxNll, { 'answer.logprobs': evidence }, options)

t.test('fixture F1: the token of probability one half, and where it stands', async (t) => {
  const { value, detail } = score(answer(F1))
  near(t, value, 0.693147, 'max NLL')
  near(t, detail?.probability as number, 0.5, 'probability')
  t.match(detail, { token: 'weak', index: 1, end_token: false, tokens: 4 })
})

t.test('it is minus the logarithm of the least token probability', async (t) => {
  const least = run(minTokenProbability, { 'answer.logprobs': answer(F1) }).value
  near(t, score(answer(F1)).value, -Math.log(least), 'same token', 1e-12)
})

t.test('the end token counts only where the rule says so', async (t) => {
  const tokens = [token(0.9), end(0.1)]
  near(t, score(answer(tokens)).value, Math.LN10, 'auto')
  near(t, score(answer(tokens), { include_eos: 'never' }).value, -Math.log(0.9), 'never')
})

t.test('a censored token counts as 100 nats, and says so', async (t) => {
  const { value, warnings } = score(answer([token(1, { logprob: -Infinity, censored: true })]))
  t.equal(value, 100)
  t.match(warnings, [{ code: 'censored_logprob' }])
})

t.test('an answer without tokens has no value', async (t) => {
  t.equal(
    reasonOf(() => score(answer([]))),
    'empty_answer'
  )
})

t.test('averaged over sentences, the worst token of each counts', async (t) => {
  const tokens = [
    ['Yes', 0.5],
    ['.', 1],
    [' It', 1],
    [' is', 0.25],
    ['.', 1]
  ] as const
  const evidence = { 'answer.logprobs': answer(tokens.map(([text, p]) => token(p, { text }))) }
  t.equal(run(maxNll, evidence, { average: 'sentences' }).value.toFixed(9), (1.5 * Math.LN2).toFixed(9))
})
