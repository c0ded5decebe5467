import t from 'tap'
import semanticDensity from '../../scorers/semantic_density.js'
import { SAME_TEXT } from '../../src/math/nli.js'
import type { Entailment, ScoredSample } from '../../src/scorer.js'
import { classes } from '../fixtures/entailments.js'
import { reasonOf, run, sample } from '../fixtures/evidence.js'
import { near } from '../fixtures/near.js'

const score = (
  samples: readonly ScoredSample[],
  forward: readonly Entailment[],
  backward = forward
): ReturnType<typeof run> =>
  run(semanticDensity, { 'samples.logprobs': samples, 'answer.entailment': { forward, backward } })

const F12 = [sample('a', [0.6]), sample('b', [0.5]), sample('c', [0.4])]
const F12_VERDICTS = [SAME_TEXT, classes(0.5, 0.4, 0.1), classes(0.1, 0.1, 0.8)]

t.test('fixture F12: three wordings', async (t) => {
  const { value, detail } = score(F12, F12_VERDICTS)
  near(t, value, 0.326667, 'uncertainty')
  near(t, detail?.density as number, 0.673333, 'density')
})

t.test('both directions count the same', async (t) => {
  const one = score([sample('a', [0.5])], [classes(1, 0, 0)], [classes(0, 1, 0)])
  near(t, one.value, 0.25, '1 and ½ averaged', 1e-12)
})

t.test('a wording that was drawn again weighs once, by its likeliest draw', async (t) => {
  const again = [...F12, sample('a.', [0.2])]
  const { value, detail } = score(again, [...F12_VERDICTS, SAME_TEXT])
  near(t, value, 0.326667, 'unchanged')
  t.match(detail, { samples: 4, distinct: 3 })
})

t.test('the weight is the likelihood per token', async (t) => {
  const long = score([sample('a', [0.6, 0.6, 0.6]), sample('b', [0.2])], [classes(1, 0, 0), classes(0, 0, 1)])
  near(t, long.value, 0.25, '0.2 of 0.8', 1e-12)
})

t.test('samples of one meaning with the answer leave no doubt', async (t) => {
  t.equal(score([sample('a', [0.3]), sample('b', [0.1])], [SAME_TEXT, SAME_TEXT]).value, 0)
})

t.test('a sample without tokens has no weight, and neither have no samples', async (t) => {
  t.equal(
    reasonOf(() => score([sample('', [])], [SAME_TEXT])),
    'empty_sample'
  )
  t.equal(
    reasonOf(() => score([], [])),
    'empty_sample'
  )
})
