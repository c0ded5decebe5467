import t from 'tap'
import verbalizedConfidence from '../../scorers/verbalized_confidence.js'
import type { Guess, Verbalized } from '../../src/scorer.js'
import { reasonOf, run } from '../fixtures/evidence.js'
import { near } from '../fixtures/near.js'

const supplied = (confidence: number): { readonly verbalized: Verbalized } => ({
  verbalized: { confidence, answer: null, replies: [], source: 'supplied' }
})

/** Replies of the model about the answer "A", each with its guesses. */
const replied = (...replies: readonly (readonly Guess[])[]): { readonly verbalized: Verbalized } => ({
  verbalized: {
    confidence: null,
    answer: 'A.',
    replies: replies.map((guesses) => ({ text: 'reply', guesses })),
    source: 'generated'
  }
})
const guess = (answer: string, confidence: number): Guess => ({ answer, confidence })
const ranked = (...answers: readonly string[]): Guess[] => answers.map((answer) => guess(answer, 0.5))

/** F20. */
const XIONG = replied([guess('b1', 0.9)], [guess('b1', 0.8)], [guess('c', 0.95)], [guess('b1', 0.6)], [guess('d', 0.4)])
const asB1 = { verbalized: { ...XIONG.verbalized, answer: 'B1' } }

t.test('a supplied number is the value, zero too', async (t) => {
  t.same(run(verbalizedConfidence, supplied(0.85)), { value: 0.85, detail: { source: 'supplied', reply: null } })
  t.equal(run(verbalizedConfidence, supplied(0)).value, 0)
})

t.test('the number that the model states of the answer is the value, with the reply it was read from', async (t) => {
  const scored = run(verbalizedConfidence, replied([guess('A.', 0.85)]))
  t.equal(scored.value, 0.85)
  t.match(scored.detail, { source: 'generated', style: 'two_stage', reply: 'reply', matched: 'A.' })
})

t.test('a reply that states none has no value, and no default takes its place', async (t) => {
  t.equal(
    reasonOf(() => run(verbalizedConfidence, replied([]))),
    'not_stated'
  )
})

t.test('of several guesses the one with the wording of the answer counts', async (t) => {
  const scored = run(verbalizedConfidence, replied([guess('C', 0.6), guess('A', 0.3)]), { style: 'top_k' })
  t.equal(scored.value, 0.3)
  t.equal(scored.detail?.matched, 'A')
})

t.test('a confidence in another answer says nothing of this one', async (t) => {
  t.equal(
    reasonOf(() => run(verbalizedConfidence, replied([guess('C', 0.9)]), { style: 'vanilla' })),
    'answer_not_stated'
  )
})

t.test('F20: consistency is .6 and the average confidence .630137', async (t) => {
  const consistency = run(verbalizedConfidence, asB1, { style: 'vanilla', aggregation: 'consistency' })
  near(t, consistency.value, 0.6, 'confidence')
  const average = run(verbalizedConfidence, asB1, { style: 'vanilla', aggregation: 'avg_conf' })
  near(t, average.value, 0.6301369863, 'confidence')
  const candidates = average.detail?.candidates as { confidence: number; replies: number; holds_answer: boolean }[]
  near(t, candidates[1]!.confidence, 0.2602739726, 'confidence')
  near(t, candidates[2]!.confidence, 0.1095890411, 'confidence')
  t.same([candidates[0]!.replies, candidates[0]!.holds_answer], [3, true])
})

t.test('F20: pair-rank of three lists gives .704496', async (t) => {
  const options = { style: 'top_k', aggregation: 'pair_rank' }
  near(
    t,
    run(verbalizedConfidence, replied(ranked('A', 'b'), ranked('A', 'c'), ranked('b', 'A')), options).value,
    0.704496,
    'confidence'
  )
})

t.test('replies that cannot be read are dropped and counted', async (t) => {
  const evidence = replied([guess('A', 0.9)], [], [guess('c', 0.9)])
  const { value, detail } = run(verbalizedConfidence, evidence, { style: 'cot', aggregation: 'consistency' })
  t.equal(value, 0.5)
  t.match(detail, { asked: 3, parsed: 2, matched: 'A' })
})

t.test('an answer that no reply gives has a measured share of zero', async (t) => {
  const options = { style: 'vanilla', aggregation: 'consistency' }
  const { value, detail } = run(verbalizedConfidence, replied([guess('c', 0.9)], [guess('d', 0.9)]), options)
  t.equal(value, 0)
  t.equal(detail?.matched, null)
})

t.test('without any stated confidence above zero the average falls back to the share, and says so', async (t) => {
  const options = { style: 'vanilla', aggregation: 'avg_conf' }
  const { value, detail } = run(verbalizedConfidence, replied([guess('A', 0)], [guess('c', 0)]), options)
  t.equal(value, 0.5)
  t.equal(detail?.aggregation, 'consistency')
})

t.test('several replies about the answer itself are averaged', async (t) => {
  const evidence = replied([guess('A.', 0.9)], [guess('A.', 0.5)], [])
  near(t, run(verbalizedConfidence, evidence, { aggregation: 'avg_conf' }).value, 0.7, 'confidence')
})

t.test('what cannot be aggregated has no value and asks for nothing', async (t) => {
  const options = { style: 'two_stage', aggregation: 'consistency', replies: 5 }
  t.equal(
    reasonOf(() => run(verbalizedConfidence, replied(), options)),
    'unfit_aggregation'
  )
  t.same(verbalizedConfidence.parameters?.(options), { verbalized: { style: 'two_stage', replies: 0 } })
  t.equal(
    reasonOf(() => run(verbalizedConfidence, supplied(0.9), { style: 'vanilla', aggregation: 'avg_conf' })),
    'needs_replies'
  )
})

t.test('options of a policy that was stored before there were any mean the defaults', async (t) => {
  t.same(verbalizedConfidence.parameters?.({}), { verbalized: { style: 'two_stage', replies: 1 } })
  t.equal(verbalizedConfidence.score(supplied(0.8), {}).value, 0.8)
})

t.test('one reply is asked for without aggregation, several with', async (t) => {
  t.same(verbalizedConfidence.parameters?.({ style: 'cot', aggregation: 'none', replies: 5 }), {
    verbalized: { style: 'cot', replies: 1 }
  })
  t.same(verbalizedConfidence.parameters?.({ style: 'cot', aggregation: 'avg_conf', replies: 7 }), {
    verbalized: { style: 'cot', replies: 7 }
  })
})
