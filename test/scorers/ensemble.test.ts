import t from 'tap'
import ensemble from '../../scorers/ensemble.js'
import type { MemberScore, MemberScores } from '../../src/scorer.js'
import { reasonOf, run } from '../fixtures/evidence.js'

const member = (scorer: string, rank: number | null, more: Partial<MemberScore> = {}): MemberScore => ({
  scorer,
  value: 1,
  reason: null,
  rank,
  ...more
})
const scores = (members: readonly MemberScore[], more: Partial<MemberScores> = {}): { scores: MemberScores } => ({
  scores: { members, reference: 'a model on questions', referenceFits: true, ...more }
})
const codes = (evidence: { scores: MemberScores }) => run(ensemble, evidence).warnings?.map(({ code }) => code)

t.test('the value is the mean of the ranks', async (t) => {
  t.equal(run(ensemble, scores([member('a', 0.2), member('b', 0.6)])).value, 0.4)
  t.equal(run(ensemble, scores([member('a', 0.9), member('b', 0.9), member('c', 0.3)])).value.toFixed(6), '0.700000')
})

t.test('a member without value is left out, and the reader is told', async (t) => {
  const absent = member('c', null, { value: null, reason: 'needs_samples' })
  const scored = run(ensemble, scores([member('a', 0.2), member('b', 0.6), absent]))
  t.equal(scored.value, 0.4)
  t.match(scored.warnings, [{ code: 'members_missing', message: /leaves out c/u }])
})

t.test('one member alone is no ensemble', async (t) => {
  t.equal(
    reasonOf(() => run(ensemble, scores([member('a', 0.2), member('b', null)]))),
    'too_few_members'
  )
})

t.test('ranks among the answers of another model carry a warning', async (t) => {
  t.same(codes(scores([member('a', 0.2), member('b', 0.6)])), [])
  t.same(codes(scores([member('a', 0.2), member('b', 0.6)], { referenceFits: false })), ['reference_mismatch'])
})

t.test('with a calibration the value is the fitted probability of being wrong', async (t) => {
  const fit = { calibration: 'both@1', weights: [2, 1], intercept: -1.5 }
  const scored = run(ensemble, scores([member('a', 0.5), member('b', 0.5)], { fit }))
  t.equal(scored.value, 0.5)
  t.match(scored.detail, { calibration: 'both@1' })
  const surer = run(ensemble, scores([member('a', 0.1), member('b', 0.2)], { fit }))
  t.equal(surer.value.toFixed(6), (1 / (1 + Math.exp(1.1))).toFixed(6))
})

t.test('a fit that lacks one of its members has no value', async (t) => {
  const fit = { calibration: 'both@1', weights: [1, 1, 1], intercept: 0 }
  const members = [member('a', 0.5), member('b', 0.5), member('c', null, { value: null, reason: 'needs_samples' })]
  t.equal(
    reasonOf(() => run(ensemble, scores(members, { fit }))),
    'member_missing'
  )
})
