import t from 'tap'
import selfCertainty from '../../scorers/self_certainty.js'
import type { DescribedToken } from '../../src/scorer.js'
import { describedAnswer, describedToken } from '../fixtures/distributions.js'
import { reasonOf, run } from '../fixtures/evidence.js'
import { near } from '../fixtures/near.js'

const F6 = [0.7, 0.2, 0.1]
const score = (tokens: readonly DescribedToken[], options = {}): ReturnType<typeof run> =>
  run(selfCertainty, { 'answer.distributions': describedAnswer(tokens) }, options)

t.test('fixture F6: minus KL(uniform‖p), which is not KL(p‖uniform)', async (t) => {
  const { value, detail } = score([describedToken(F6, 0)])
  near(t, value, -0.324287, 'value')
  near(t, detail?.self_certainty as number, 0.324287, 'self-certainty')
})

t.test('two halves have none, plain zero', async (t) => {
  near(t, score([describedToken([0.5, 0.5], 0)]).value, 0, 'uniform')
})

t.test('the tail decides: one improbable entry more than halves', async (t) => {
  near(t, score([describedToken([1 - 1e-8, 1e-8], 0)]).value, -(Math.log(1e8) / 2 - Math.LN2), 'KL of two', 1e-6)
})

t.test('positions are averaged', async (t) => {
  near(t, score([describedToken(F6, 0), describedToken([0.5, 0.5], 0)]).value, -0.324287 / 2, 'mean')
})

t.test('an answer without tokens has no value', async (t) => {
  t.equal(
    reasonOf(() => score([])),
    'empty_answer'
  )
})
