import t from 'tap'
import cocoa from '../../scorers/cocoa.js'
import type { ScoredAnswer } from '../../src/scorer.js'
import { answer, end, reasonOf, run, token } from '../fixtures/evidence.js'
import { near } from '../fixtures/near.js'

/** F1 with the entropies of F2. */
const F14 = answer([
  token(0.9, { entropy: 0.394398 }),
  token(0.5, { entropy: 1.029653 }),
  token(0.8, { entropy: 0.639032 }),
  end(0.95, { entropy: 0.232166 })
])
const F14_SIMILARITY = [0.9, 0.8, 0.3]
function score(scored: ScoredAnswer, similarity: readonly number[], options = {}): ReturnType<typeof run> {
  return run(cocoa, { 'answer.logprobs': scored, 'answer.similarity': similarity }, options)
}
const codes = (scored: ScoredAnswer, similarity: readonly number[]): string[] =>
  (score(scored, similarity).warnings ?? []).map(({ code }) => code)

t.test('fixture F14: all three kinds of information', async (t) => {
  near(t, score(F14, F14_SIMILARITY).value, 0.357648, 'NLL')
  near(t, score(F14, F14_SIMILARITY, { information: 'mean_nll' }).value, 0.089412, 'mean NLL')
  near(t, score(F14, F14_SIMILARITY, { information: 'token_entropy' }).value, 0.191271, 'mean token entropy')
})

t.test('both factors are told', async (t) => {
  const { detail } = score(F14, F14_SIMILARITY)
  near(t, detail?.information as number, 1.072945, 'information')
  near(t, detail?.inconsistency as number, 0.333333, 'inconsistency')
  t.match(detail, { information_kind: 'nll', samples: 3, eos_included: true })
})

t.test('the end token can be left out', async (t) => {
  near(t, score(F14, [0], { include_eos: 'never' }).value, 1.021651, 'NLL without the end')
})

t.test('what points the other way is unrelated, not worse', async (t) => {
  t.equal(score(F14, [-1]).value, score(F14, [0]).value)
})

t.test('a factor of 0 hides the other, and that is said', async (t) => {
  t.equal(score(F14, [1, 1]).value, 0)
  t.same(codes(F14, [1, 1]), ['zero_factor'])
  t.match(score(F14, [1, 1]).warnings?.[0]?.message, /`information`/)
  t.same(codes(answer([token(1), token(1, { logprob: -1e-9 })]), [0.5]), [])
  t.match(score(answer([token(1)]), [0.5]).warnings?.[0]?.message, /`inconsistency`/)
})

t.test('no token, no sample and no entropy leave it without a value', async (t) => {
  t.equal(
    reasonOf(() => score(answer([]), [0.5])),
    'empty_answer'
  )
  t.equal(
    reasonOf(() => score(F14, [])),
    'needs_samples'
  )
  t.equal(
    reasonOf(() => score(answer([token(0.5)]), [0.5], { information: 'token_entropy' })),
    'needs_top_logprobs'
  )
})
