import t from 'tap'
import luq from '../../scorers/luq.js'
import { SAME_TEXT } from '../../src/math/nli.js'
import type { Entailment, JudgedSentence } from '../../src/scorer.js'
import { classes, FOUR_ANSWERS, fromLogits, judged, OPPOSITE } from '../fixtures/entailments.js'
import { reasonOf, run, textSample } from '../fixtures/evidence.js'
import { near } from '../fixtures/near.js'

const score = (sentences: readonly (readonly JudgedSentence[])[]): ReturnType<typeof run> =>
  run(luq, { samples: sentences.map((_, i) => textSample(`answer ${i}`)), 'samples.sentences': sentences })
const single = (...verdicts: Entailment[]): JudgedSentence[] => [judged('x', verdicts)]

t.test('fixture F17: three samples of one sentence', async (t) => {
  const { value, detail } = score([
    single(SAME_TEXT, fromLogits(2, -1), fromLogits(-1, 2)),
    single(fromLogits(1, -1), SAME_TEXT, fromLogits(-2, 1)),
    single(fromLogits(-1, 2), fromLogits(-1, 1), SAME_TEXT)
  ])
  near(t, value, 0.650858, 'uncertainty')
  near(t, (detail?.support as number[])[0]!, 0.5, 'support of the first')
})

t.test('over single sentences it is the mean over pairs, as lm-polygraph has it', async (t) => {
  const columns = FOUR_ANSWERS.map((_, i) => single(...FOUR_ANSWERS.map((row) => row[i]!)))
  near(t, score(columns).value, 0.5784717774799366, 'numpy', 1e-9)
})

t.test('a sample is supported as its sentences are on average', async (t) => {
  const mixed = [judged('x', [SAME_TEXT, SAME_TEXT]), judged('y', [SAME_TEXT, classes(0, 0, 1)])]
  const { value, detail } = score([mixed, single(SAME_TEXT, SAME_TEXT)])
  near(t, value, 0.25, 'uncertainty', 1e-12)
  t.match(detail, { sentences: [2, 1], support: [0.5, 1] })
})

t.test('identical samples are the most certain case', async (t) => {
  t.equal(score([single(SAME_TEXT, SAME_TEXT), single(SAME_TEXT, SAME_TEXT)]).value, 0)
})

t.test('a blank sample is supported by none; blank samples alone say nothing', async (t) => {
  near(t, score([[], single(OPPOSITE, SAME_TEXT)]).value, 1 - 0.05 / 0.95 / 2, 'one of two', 1e-12)
  t.equal(
    reasonOf(() => score([[], []])),
    'empty_sample'
  )
})

t.test('one sample says nothing', async (t) => {
  t.equal(
    reasonOf(() => score([single(SAME_TEXT)])),
    'needs_two_samples'
  )
})
