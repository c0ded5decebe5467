import t from 'tap'
import predictiveEntropy from '../../scorers/predictive_entropy.js'
import { end, F9_SAMPLES, reasonOf, run, sample } from '../fixtures/evidence.js'
import { near } from '../fixtures/near.js'

const score = (samples: typeof F9_SAMPLES): ReturnType<typeof run> =>
  run(predictiveEntropy, { 'samples.logprobs': samples })

t.test('fixture F9: predictive entropy of five samples', async (t) => {
  const { value, detail } = score(F9_SAMPLES)
  near(t, value, 1.217771, 'value')
  t.equal(detail?.samples, 5)
})

t.test('repeats count as draws do', async (t) => {
  const repeated = [sample('a', [0.5]), sample('a', [0.5]), sample('b', [0.125])]
  near(t, score(repeated).value, (5 / 3) * Math.LN2, 'value', 1e-12)
})

t.test('one sample is an estimate without a standard error', async (t) => {
  const { value, detail } = score([sample('a', [0.5])])
  near(t, value, Math.LN2, 'value', 1e-12)
  t.equal(detail?.standard_error, null)
})

t.test('a sample that is only an end token counts, one without tokens does not', async (t) => {
  near(t, score([sample('', [], { tokens: [end(0.5)] })]).value, Math.LN2, 'value', 1e-12)
  t.equal(
    reasonOf(() => score([sample('', [])])),
    'empty_sample'
  )
  t.equal(
    reasonOf(() => score([])),
    'empty_sample'
  )
})

t.test('cut samples are counted', async (t) => {
  const cut = score([sample('a', [0.5], { finishReason: 'length' }), sample('b', [0.5])])
  t.same(cut.warnings, [{ code: 'truncated_samples', message: '1 of 2 samples were cut.' }])
})
