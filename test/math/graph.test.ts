import t from 'tap'
import { degrees, distancesFromCentre, groupCount, laplacianSpectrum } from '../../src/math/graph.js'
import { near } from '../fixtures/near.js'

const F16 = [
  [1, 0.8, 0.2],
  [0.8, 1, 0.1],
  [0.2, 0.1, 1]
]

t.test('fixture F16: the spectrum of three answers', async (t) => {
  const { values } = laplacianSpectrum(F16)
  values.forEach((value, k) => near(t, value, [0, 0.30391, 0.900543][k]!, `λ${k}`))
})

t.test('fixture F16: degrees and distances of each answer', async (t) => {
  degrees(F16).forEach((value, j) => near(t, value, [0.666667, 0.633333, 0.433333][j]!, `degree ${j}`))
  const distances = distancesFromCentre(laplacianSpectrum(F16), 0.9)
  distances.forEach((value, j) => near(t, value, [0.356579, 0.458199, 0.814383][j]!, `distance ${j}`))
})

t.test('the count of groups stays within 1 and N in spite of rounding', async (t) => {
  t.equal(groupCount({ values: [1e-15, 1, 1] }), 1)
  t.equal(groupCount({ values: [-1e-15, -1e-15] }), 2)
})

t.test('equal eigenvalues are kept or left out together', async (t) => {
  const spectrum = {
    values: [0, 0.9 - 1e-12, 0.9 + 1e-12],
    vectors: [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1]
    ].map((v) => Float64Array.from(v))
  }
  near(t, Math.hypot(...distancesFromCentre(spectrum, 0.9)), Math.sqrt(2 / 3), 'one vector', 1e-12)
})
