import fc from 'fast-check'
import t from 'tap'
import { symmetricEigen } from '../../src/math/eigen.js'
import { near } from '../fixtures/near.js'

type Matrix = readonly (readonly number[])[]

const symmetric: fc.Arbitrary<Matrix> = fc.integer({ min: 1, max: 9 }).chain((size) =>
  fc
    .array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: size ** 2, maxLength: size ** 2 })
    .map((list) => Array.from({ length: size }, (_, i) => list.slice(i * size, (i + 1) * size)))
    .map((square) => square.map((row, i) => row.map((value, j) => (i < j ? value : square[j]![i]!))))
)

const times = (matrix: Matrix, vector: Float64Array): number[] =>
  matrix.map((row) => row.reduce((total, value, j) => total + value * vector[j]!, 0))

t.test('a 2×2 matrix that can be solved on paper', async (t) => {
  const { values, vectors } = symmetricEigen([
    [2, 1],
    [1, 2]
  ])
  near(t, values[0]!, 1, 'λ₁', 1e-14)
  near(t, values[1]!, 3, 'λ₂', 1e-14)
  near(t, Math.abs(vectors[1]![0]!), Math.SQRT1_2, 'first entry', 1e-14)
})

t.test('fixture F13: the Laplacian of three answers', async (t) => {
  const laplacian = [
    [2.5, -2, -0.5],
    [-2, 2.5, -0.5],
    [-0.5, -0.5, 1]
  ]
  symmetricEigen(laplacian).values.forEach((value, k) => near(t, value, [0, 1.5, 4.5][k]!, `λ${k}`, 1e-12))
})

t.test('every vector is turned into its multiple, has length 1 and stands upright on the others', async () => {
  fc.assert(
    fc.property(symmetric, (matrix) => {
      const { values, vectors } = symmetricEigen(matrix)
      return vectors.every((vector, k) => {
        const image = times(matrix, vector)
        const isStretched = image.every((value, i) => Math.abs(value - values[k]! * vector[i]!) < 1e-11)
        const products = vectors.map((other) => other.reduce((total, value, i) => total + value * vector[i]!, 0))
        return isStretched && products.every((product, j) => Math.abs(product - (j === k ? 1 : 0)) < 1e-11)
      })
    })
  )
})

t.test('values come in ascending order', async () => {
  fc.assert(
    fc.property(symmetric, (matrix) => {
      const { values } = symmetricEigen(matrix)
      return values.every((value, k) => k === 0 || values[k - 1]! <= value)
    })
  )
})

t.test('equal values, no value and one value are handled', async (t) => {
  t.same(symmetricEigen([]).values, [])
  t.same(symmetricEigen([[7]]).values, [7])
  const ones = Array.from({ length: 40 }, () => new Array<number>(40).fill(1))
  const { values } = symmetricEigen(ones)
  near(t, values.at(-1)!, 40, 'the largest', 1e-11)
  t.ok(values.slice(0, -1).every((value) => Math.abs(value) < 1e-11))
})

t.test('what is not a number has no eigenvalues, and the search ends', async (t) => {
  const { values } = symmetricEigen([
    [1, NaN],
    [NaN, 1]
  ])
  t.same(values, [NaN, NaN])
})
