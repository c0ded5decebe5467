import t from 'tap'
import { entropyOfCounts } from '../../src/math/entropy.js'
import {
  clusterMasses,
  countedOnce,
  SEMANTIC_ENTROPIES,
  shares,
  type SemanticEntropyVariant
} from '../../src/math/semantic-entropy.js'
import { sequenceLogprob } from '../../src/math/sequence.js'
import { F9_CLUSTERS, F9_SAMPLES } from '../fixtures/evidence.js'
import { near } from '../fixtures/near.js'

const { assignment } = F9_CLUSTERS
const texts = F9_SAMPLES.map(({ text }) => text)
const likelihoods = (of: 'mean' | 'sum'): number[] => F9_SAMPLES.map((one) => sequenceLogprob(one)![of])

t.test('fixture F9: sequence log-probabilities', async (t) => {
  const wanted = [-0.510826, -0.510826, -1.89712, -0.867501, -2.302585]
  likelihoods('sum').forEach((value, i) => near(t, value, wanted[i]!, `s${i + 1}`))
})

t.test('fixture F10: shares of the three clusters', async (t) => {
  const found = {
    mean: shares(clusterMasses(assignment, likelihoods('mean')).logMasses),
    sum: shares(clusterMasses(assignment, likelihoods('sum')).logMasses)
  }
  const wanted = { mean: [0.72164, 0.174502, 0.103857], sum: [0.86631, 0.080214, 0.053476] }
  for (const of of ['mean', 'sum'] as const) found[of].forEach((p, k) => near(t, p, wanted[of][k]!, `${of} ${k}`))
})

const F10: readonly (readonly [SemanticEntropyVariant, number, number])[] = [
  ['rao', 0.775279, 0.483316],
  ['discrete', 0.950271, 0.950271],
  ['kuhn', 0.33215, 1.239093],
  ['sample_mean', -0.115596, 0.550485],
  ['direct_per_sample', -4.489093, -1.829765],
  ['direct', -1.029652, -0.266704],
  ['log_mean', -0.014831, 0.472674],
  ['share_weighted', -0.338165, -0.142622]
]
for (const [variant, ofMean, ofSum] of F10) {
  t.test(`fixture F10: the variant ${variant}`, async (t) => {
    near(t, SEMANTIC_ENTROPIES[variant](clusterMasses(assignment, likelihoods('mean'))), ofMean, 'mean log-probability')
    near(t, SEMANTIC_ENTROPIES[variant](clusterMasses(assignment, likelihoods('sum'))), ofSum, 'sum log-probability')
  })
}

t.test('every variant that the table offers has a fixture', async (t) => {
  t.same(F10.map(([variant]) => variant).sort(), Object.keys(SEMANTIC_ENTROPIES).sort())
})

t.test('fixture F10: equal texts counted once', async (t) => {
  const masses = clusterMasses(assignment, countedOnce(texts, likelihoods('sum')))
  near(t, SEMANTIC_ENTROPIES.rao(masses), 0.628488, 'over distinct texts')
  near(t, SEMANTIC_ENTROPIES.sample_mean(masses), 0.828059, 'sample mean, unique texts')
  near(t, Math.exp(masses.logMasses[0]!), 1.02, 'mass of the first cluster')
})

t.test('of equal texts with different tokens the most probable one counts', async (t) => {
  t.same(countedOnce(['a', 'b', 'a'], [-3, -1, -2]), [-Infinity, -1, -2])
})

t.test('the weighted and the counted entropy agree when every sample is equally likely', async (t) => {
  const masses = clusterMasses([0, 1, 0, 2], [-5, -5, -5, -5])
  near(t, SEMANTIC_ENTROPIES.rao(masses), entropyOfCounts([2, 1, 1]), 'rao', 1e-12)
})

t.test('improbable samples do not underflow', async (t) => {
  near(t, SEMANTIC_ENTROPIES.rao(clusterMasses([0, 1], [-9000, -9000])), Math.LN2, 'two clusters', 1e-12)
})
