import t from 'tap'
import selfcheck from '../../scorers/selfcheck.js'
import { SAME_TEXT } from '../../src/math/nli.js'
import type { JudgedSentence } from '../../src/scorer.js'
import { classes, fromLogits, judged } from '../fixtures/entailments.js'
import { reasonOf, run, textSample } from '../fixtures/evidence.js'
import { near } from '../fixtures/near.js'

const score = (sentences: readonly JudgedSentence[], samples = 3): ReturnType<typeof run> =>
  run(selfcheck, {
    samples: Array.from({ length: samples }, (_, i) => textSample(`answer ${i}`)),
    'answer.sentences': sentences
  })

t.test('fixture F18: one sentence against three samples', async (t) => {
  near(t, score([judged('x', [fromLogits(2, -1), fromLogits(-1, 1.5), fromLogits(0, 0)])]).value, 0.490523, 'mean')
})

t.test('the detail points at the sentence that is denied', async (t) => {
  const told = [judged('It is Lyon.', [SAME_TEXT], 0), judged('It is in Spain.', [classes(0, 0, 1)], 12)]
  const { value, detail } = score(told, 1)
  t.equal(value, 0.5)
  t.same(detail, {
    samples: 1,
    highest: 1,
    sentences: [
      { text: 'It is Lyon.', start: 0, end: 11, value: 0 },
      { text: 'It is in Spain.', start: 12, end: 27, value: 1 }
    ]
  })
})

t.test('neutral samples leave the question open', async (t) => {
  t.equal(score([judged('x', [classes(0, 1, 0)])], 1).value, 0.5)
})

t.test('a blank answer and no samples leave nothing to check', async (t) => {
  t.equal(
    reasonOf(() => score([])),
    'empty_answer'
  )
  t.equal(
    reasonOf(() => score([judged('x', [])], 0)),
    'needs_samples'
  )
})
