import t from 'tap'
import tokenSar from '../../scorers/token_sar.js'
import type { Token } from '../../src/scorer.js'
import { answer, end, reasonOf, run, token } from '../fixtures/evidence.js'
import { near } from '../fixtures/near.js'

const F8 = [token(0.9), token(0.5), token(0.8)]
const F8_RELEVANCE = [0.05, 0.6, 0.35]
const score = (tokens: readonly Token[], relevance: readonly number[], more = {}): ReturnType<typeof run> =>
  run(tokenSar, { 'answer.logprobs': answer(tokens, more), 'answer.relevance': relevance })

t.test('fixture F8', async (t) => {
  const { value, detail } = score(F8, F8_RELEVANCE)
  near(t, value, 0.499257, 'TokenSAR')
  near(t, (detail?.weights as number[])[1]!, 0.6, 'weight', 1e-12)
  t.match(detail, { index: 1, uniform: false })
})

t.test('relevances are shares: doubling all of them changes nothing', async (t) => {
  near(t, score(F8, [0.1, 0.4, 0.2]).value, score(F8, [0.2, 0.8, 0.4]).value, 'value', 1e-12)
})

t.test('only the relevant token counts', async (t) => {
  near(t, score(F8, [0, 1, 0]).value, Math.LN2, 'ln 2', 1e-12)
})

t.test('the end token weighs nothing, however improbable', async (t) => {
  near(t, score([...F8, end(0.01)], [...F8_RELEVANCE, 0]).value, 0.499257, 'TokenSAR')
})

t.test('when no deletion matters, all tokens weigh the same, and that is said', async (t) => {
  const { value, detail, warnings } = score([token(0.5), token(0.25), end(0.5)], [0, 0, 0])
  near(t, value, 1.5 * Math.LN2, 'mean NLL', 1e-12)
  t.same(detail?.weights, [0.5, 0.5, 0])
  t.match(warnings, [{ code: 'uniform_relevance' }])
})

t.test('an answer of its end token alone has no value', async (t) => {
  t.equal(
    reasonOf(() => score([end(0.5)], [0])),
    'empty_answer'
  )
})

t.test('a cut answer is flagged', async (t) => {
  t.match(score(F8, F8_RELEVANCE, { finishReason: 'length' }).warnings, [{ code: 'truncated' }])
})
