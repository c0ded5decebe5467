import t from 'tap'
import groundedness from '../../scorers/groundedness.js'
import type { GroundedSentence } from '../../src/scorer.js'
import { classes } from '../fixtures/entailments.js'
import { reasonOf, run } from '../fixtures/evidence.js'
import { near } from '../fixtures/near.js'

const sentence = (entailment: number, contradiction: number): GroundedSentence => ({
  text: 'x',
  start: 0,
  end: 1,
  verdict: classes(entailment, 1 - entailment - contradiction, contradiction),
  source: { start: 10, end: 20 }
})
const score = (sentences: readonly GroundedSentence[], options = {}): ReturnType<typeof run> =>
  run(groundedness, { groundedness: sentences }, options)

t.test('the mean over sentences, and the least supported one when asked for', async (t) => {
  const told = [sentence(0.9, 0.02), sentence(0.3, 0.5)]
  near(t, score(told).value, 0.6, 'mean', 1e-12)
  near(t, score(told, { aggregation: 'minimum' }).value, 0.3, 'minimum', 1e-12)
})

t.test('the detail tells each sentence, and where in the context its support stands', async (t) => {
  t.match(score([sentence(1, 0)]).detail, {
    minimum: 1,
    sentences: [{ start: 0, end: 1, value: 1, contradiction: 0, source: { start: 10, end: 20 } }]
  })
})

t.test('a blank answer has nothing to look for', async (t) => {
  t.equal(
    reasonOf(() => score([])),
    'empty_answer'
  )
})
