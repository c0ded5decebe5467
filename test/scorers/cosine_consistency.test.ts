import t from 'tap'
import cosineConsistency from '../../scorers/cosine_consistency.js'
import { reasonOf, run, sample, textSample } from '../fixtures/evidence.js'
import { near } from '../fixtures/near.js'

const score = (...cosines: number[]): ReturnType<typeof run> =>
  run(cosineConsistency, {
    samples: cosines.map((cosine) => textSample(`at ${cosine}`)),
    'answer.similarity': cosines
  })

t.test('one minus the mean of (1 + cos)/2, with the sample that is furthest away', async (t) => {
  const { value, detail } = score(0.8, 0.6, -0.4)
  near(t, value, 1 / 3, '1 − (0.9 + 0.8 + 0.3)/3', 1e-12)
  near(t, Number(detail?.consistency), 2 / 3, 'the part that UQLM reports', 1e-12)
  t.match(detail, { least_cosine: -0.4, least_similar: 'at -0.4', samples: 3 })
})

t.test('it is an uncertainty between 0 for the same and 1 for opposites', async (t) => {
  t.equal(cosineConsistency.direction, 'higher_is_more_uncertain')
  t.equal(score(-1, -1).value, 1)
  t.equal(score(1, 1).value, 0)
  t.equal(score(0).value, 0.5)
})

t.test('rounding in a supplied cosine never leaves the range', async (t) => {
  t.equal(score(1 + 1e-9).value, 0)
})

t.test('no sample leaves nothing to compare with', async (t) => {
  t.equal(
    reasonOf(() => score()),
    'needs_samples'
  )
})

t.test('cut samples are flagged', async (t) => {
  const cut = sample('x', [0.5], { finishReason: 'length' })
  const { warnings } = run(cosineConsistency, { samples: [cut], 'answer.similarity': [0.5] })
  t.match(warnings, [{ code: 'truncated_samples' }])
})
