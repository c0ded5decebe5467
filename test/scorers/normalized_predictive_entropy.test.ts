import t from 'tap'
import normalizedPredictiveEntropy from '../../scorers/normalized_predictive_entropy.js'
import { end, F9_SAMPLES, reasonOf, run, sample, token } from '../fixtures/evidence.js'
import { near } from '../fixtures/near.js'

const score = (samples: typeof F9_SAMPLES): ReturnType<typeof run> =>
  run(normalizedPredictiveEntropy, { 'samples.logprobs': samples })

t.test('fixture F9: length-normalised predictive entropy of five samples', async (t) => {
  near(t, score(F9_SAMPLES).value, 0.545648, 'value')
})

t.test('sum and length are over the same tokens, the end token in both', async (t) => {
  // (ln 4 + ln 2)/2
  near(t, score([sample('x', [], { tokens: [token(0.25), end(0.5)] })]).value, 1.5 * Math.LN2, 'value', 1e-12)
})

t.test('a sample without tokens has no length', async (t) => {
  t.equal(
    reasonOf(() => score([sample('a', [0.5]), sample('', [])])),
    'empty_sample'
  )
})
