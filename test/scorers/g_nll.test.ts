import t from 'tap'
import gNll from '../../scorers/g_nll.js'
import type { ScoredAnswer } from '../../src/scorer.js'
import { answer, end, reasonOf, run, token } from '../fixtures/evidence.js'
import { near } from '../fixtures/near.js'

const F1 = [token(0.9), token(0.5), token(0.8), end(0.95)]
const score = (evidence: ScoredAnswer, options = {}): ReturnType<typeof run> =>
  run(gNll, { 'answer.logprobs': evidence }, options)
const codes = (evidence: ScoredAnswer): string[] => (score(evidence).warnings ?? []).map(({ code }) => code)

t.test('fixture F1 with the end token', async (t) => {
  const { value, detail } = score(answer(F1))
  near(t, value, 1.072945, 'sum')
  near(t, detail?.mean as number, 0.268236, 'mean')
  near(t, detail?.perplexity as number, 1.307656, 'perplexity')
  near(t, 1 - (detail?.probability as number), 0.658, 'one minus the probability')
  t.match(detail, { tokens: 4, eos_included: true, truncated: false, censored: 0, form: 'g_nll' })
})

t.test('fixture F1 without the end token', async (t) => {
  const { value, detail } = score(answer(F1), { include_eos: 'never' })
  near(t, value, 1.021651, 'sum')
  near(t, detail?.mean as number, 0.34055, 'mean')
  near(t, detail?.perplexity as number, 1.405721, 'perplexity')
  t.match(detail, { tokens: 3, eos_included: false })
})

t.test('the end token counts by itself only when the text ended by itself', async (t) => {
  t.equal(score(answer(F1, { finishReason: null })).detail?.eos_included, false)
  t.equal(score(answer(F1, { finishReason: null }), { include_eos: 'always' }).detail?.eos_included, true)
  t.equal(score(answer([token(0.5)]), { include_eos: 'always' }).detail?.eos_included, false)
})

t.test('splitting a token into two of the same total changes nothing', async (t) => {
  const split = score(answer([token(0.9), token(0.5), token(0.4), end(0.95)]))
  near(t, split.value, score(answer([token(0.9), token(0.2), end(0.95)])).value, 'sum', 1e-12)
})

t.test('a cut answer is flagged as a lower bound', async (t) => {
  const evidence = answer([token(0.5)], { finishReason: 'length' })
  t.equal(score(evidence).detail?.truncated, true)
  t.same(codes(evidence), ['truncated'])
})

t.test('censored log-probabilities are counted and flagged', async (t) => {
  const evidence = answer([token(0.5), token(1, { logprob: -9999, censored: true })])
  const { value, detail } = score(evidence)
  near(t, value, 100 + Math.LN2, 'sum')
  t.equal(detail?.censored, 1)
  t.same(codes(evidence), ['censored_logprob'])
})

t.test('an answer that is not known to be greedy is called a sequence NLL', async (t) => {
  for (const greedy of [false, null]) {
    const evidence = answer([token(0.5)], { greedy })
    t.equal(score(evidence).detail?.form, 'sequence_nll')
    t.same(codes(evidence), ['not_greedy'])
  }
})

t.test('log-probabilities of unknown or post-sampling basis are flagged', async (t) => {
  t.same(codes(answer([token(0.5)], { basis: 'unknown' })), ['basis_unknown'])
  t.same(codes(answer([token(0.5)], { basis: 'post_sampling' })), ['basis_post_sampling'])
})

t.test('log-probabilities that are all exactly 0 never pass as certainty in silence', async (t) => {
  t.same(codes(answer([token(1), token(1)])), ['degenerate_logprobs'])
  t.same(codes(answer([token(1), token(0.999)])), [])
})

t.test('an empty answer is scored by its end token', async (t) => {
  near(t, score(answer([end(0.25)])).value, -Math.log(0.25), 'minus ln p of the end token', 1e-12)
})

t.test('an answer without any token has no value', async (t) => {
  t.equal(
    reasonOf(() => score(answer([]))),
    'empty_answer'
  )
  t.equal(
    reasonOf(() => score(answer([end(0.5)]), { include_eos: 'never' })),
    'empty_answer'
  )
})

t.test('a certain answer scores plain zero', async (t) => {
  t.ok(Object.is(score(answer([token(1)])).value, 0))
})
