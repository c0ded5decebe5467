import t from 'tap'
import noncontradiction from '../../scorers/noncontradiction.js'
import { SAME_TEXT } from '../../src/math/nli.js'
import type { Entailment } from '../../src/scorer.js'
import { classes } from '../fixtures/entailments.js'
import { reasonOf, run, textSample } from '../fixtures/evidence.js'
import { near } from '../fixtures/near.js'

const score = (forward: readonly Entailment[], backward = forward): ReturnType<typeof run> =>
  run(noncontradiction, {
    samples: forward.map((_, i) => textSample(`answer ${i}`)),
    'answer.entailment': { forward, backward }
  })

t.test('both directions and all samples are averaged', async (t) => {
  const { value, detail } = score(
    [classes(0.7, 0.2, 0.1), classes(0.1, 0.3, 0.6)],
    [classes(0.5, 0.2, 0.3), classes(0.3, 0.3, 0.4)]
  )
  near(t, value, 0.35, 'value', 1e-12)
  t.match(detail, { samples: 2 })
  near(t, detail?.forward as number, 0.35, 'answer to samples', 1e-12)
})

t.test('samples that repeat the answer leave no doubt', async (t) => {
  t.equal(score([SAME_TEXT, SAME_TEXT]).value, 0)
})

t.test('a sample that says something else without denying it scores 0', async (t) => {
  t.equal(score([classes(0, 1, 0)]).value, 0)
})

t.test('one sample is enough, none is not', async (t) => {
  near(t, score([classes(0.2, 0, 0.8)]).value, 0.8, 'one', 1e-12)
  t.equal(
    reasonOf(() => score([])),
    'needs_samples'
  )
})
