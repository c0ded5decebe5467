import t from 'tap'
import type { ScoreResult } from '../../src/schemas/score-result.js'
import { certaintyOf, inconsistentMethods } from '../../src/scoring/inconsistent.js'

type Score = ScoreResult['scores'][string]
const score = (value: number | null, more: Partial<Score> = {}): Score => ({
  status: value === null ? 'skipped' : 'ok',
  value,
  unit: 'probability',
  direction: 'higher_is_more_certain',
  range: [0, 1],
  ...more
})
const nats = { unit: 'nats', direction: 'higher_is_more_uncertain', range: [0, null] } as const
const close = (actual: number | null, expected: number) => actual !== null && Math.abs(actual - expected) < 1e-12

t.test('values come to one scale by their range, unit and direction', async (t) => {
  t.ok(close(certaintyOf(score(0.8)), 0.8))
  t.ok(close(certaintyOf(score(0.8, { direction: 'higher_is_more_uncertain' })), 0.2))
  t.ok(close(certaintyOf(score(0.5, { range: [-1, 1] })), 0.75))
  t.ok(close(certaintyOf(score(Math.LN2, { ...nats, range: [0, null] })), 0.5))
  t.ok(close(certaintyOf(score(2, { unit: 'count', direction: 'higher_is_more_uncertain', range: [1, null] })), 0.5))
  t.ok(close(certaintyOf(score(Math.LN2, { unit: 'nats', range: [0, null] })), 0.5))
  t.ok(close(certaintyOf(score(-Math.LN2, { unit: 'nats', range: [null, 0] })), 0.5))
  t.ok(close(certaintyOf(score(0, { ...nats, range: [null, null] })), 0.5))
  t.equal(certaintyOf(score(null)), null)
})

t.test('the most certain value of every kind is 1', async (t) => {
  t.equal(certaintyOf(score(0, { ...nats, range: [0, null] })), 1)
  t.equal(certaintyOf(score(1, { unit: 'ratio', direction: 'higher_is_more_uncertain', range: [1, null] })), 1)
  t.equal(certaintyOf(score(1)), 1)
})

t.test('a method clearly on the other side than most is named', async (t) => {
  t.same(inconsistentMethods({ a: score(0.9), b: score(0.8), c: score(0.1), d: score(null) }), [
    { scorer: 'c', certainty: 0.1, says: 'uncertain' }
  ])
  t.same(inconsistentMethods({ a: score(0.2), b: score(0.1), c: score(0.9) }), [
    { scorer: 'c', certainty: 0.9, says: 'certain' }
  ])
})

t.test('a method near the middle takes no side', async (t) => {
  t.same(inconsistentMethods({ a: score(0.9), b: score(0.8), c: score(0.3) }), [])
})

t.test('without a majority, or between two methods, nobody is wrong', async (t) => {
  t.same(inconsistentMethods({ a: score(0.9), b: score(0.1) }), [])
  t.same(inconsistentMethods({ a: score(0.9), b: score(0.9), c: score(0.1), d: score(0.1) }), [])
  t.same(inconsistentMethods({}), [])
})
