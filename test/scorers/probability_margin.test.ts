import t from 'tap'
import probabilityMargin from '../../scorers/probability_margin.js'
import type { ScoredAnswer, Token } from '../../src/scorer.js'
import { answer, end, reasonOf, run, token } from '../fixtures/evidence.js'
import { near } from '../fixtures/near.js'

const listing = (...probabilities: number[]): Partial<Token> => ({
  alternatives: probabilities.map((p) => ({ text: 'y', logprob: Math.log(p) }))
})
const score = (evidence: ScoredAnswer, options = {}): ReturnType<typeof run> =>
  run(probabilityMargin, { 'answer.top_two': evidence }, options)

t.test('fixture F2: mean over four steps', async (t) => {
  const tokens = [
    token(0.9, listing(0.9, 0.05, 0.05)),
    token(0.5, listing(0.5, 0.3, 0.2)),
    token(0.8, listing(0.8, 0.1, 0.1)),
    end(0.95, listing(0.95, 0.03, 0.02))
  ]
  const { value, detail } = score(answer(tokens))
  near(t, value, 0.6675, 'mean margin')
  near(t, detail?.least as number, 0.2, 'least margin')
  t.match(detail, { tokens: 4, skipped: 0 })
})

t.test('it is the gap of the two best whatever was emitted and however they are ordered', async (t) => {
  near(t, score(answer([token(0.1, listing(0.1, 0.3, 0.6))])).value, 0.3, 'unordered list')
})

t.test('two equally probable tokens have no margin', async (t) => {
  t.equal(score(answer([token(0.5, listing(0.5, 0.5))])).value, 0)
})

t.test('one position in ten may lack alternatives, two may not', async (t) => {
  const nine = Array.from({ length: 9 }, () => token(0.7, listing(0.7, 0.2)))
  t.match(score(answer([...nine, token(0.5)])).detail, { tokens: 9, skipped: 1 })
  t.equal(
    reasonOf(() => score(answer([...nine, token(0.5), token(0.5, listing(0.5))]))),
    'needs_top_logprobs'
  )
})

t.test('an answer without tokens has no value', async (t) => {
  t.equal(
    reasonOf(() => score(answer([]))),
    'empty_answer'
  )
})
