import t from 'tap'
import {
  kernelEntropy,
  kernelEntropyOfAgreement,
  semanticWeights,
  type Kernel
} from '../../src/math/language-kernel.js'
import { SAME_TEXT } from '../../src/math/nli.js'
import { classes, OPPOSITE } from '../fixtures/entailments.js'
import { near } from '../fixtures/near.js'

const heat = (t: number): Kernel => ({ name: 'heat', t })
const matern: Kernel = { name: 'matern', nu: 1, kappa: 1 }
const F13 = [
  [0, 2, 0.5],
  [2, 0, 0.5],
  [0.5, 0.5, 0]
]
const even = (count: number, weight: number): number[][] =>
  Array.from({ length: count }, (_, i) => Array.from({ length: count }, (__, j) => (i === j ? 0 : weight)))

t.test('fixture F13: heat and Matérn kernels over three answers', async (t) => {
  near(t, kernelEntropy(F13, heat(0.3)), 0.97606, 't = 0.3')
  near(t, kernelEntropy(F13, heat(0.4)), 0.899876, 't = 0.4')
  near(t, kernelEntropy(F13, matern), 0.994321, 'Matérn')
})

t.test('fixture F13: answers that have nothing in common', async (t) => {
  near(t, kernelEntropy(even(3, 0), heat(0.3)), Math.log(3), 'ln 3', 1e-12)
})

t.test('fixture F13: answers that all agree, whose value in closed form is the same', async (t) => {
  for (const [count, wanted] of [
    [2, 0.541053],
    [3, 0.732853],
    [5, 0.679836],
    [10, 0.152995]
  ] as const) {
    near(t, kernelEntropy(even(count, 2), heat(0.3)), wanted, `N = ${count}`)
    near(t, kernelEntropyOfAgreement(count, heat(0.3)), wanted, `closed form, N = ${count}`)
  }
  near(t, kernelEntropyOfAgreement(6, matern), kernelEntropy(even(6, 2), matern), 'Matérn', 1e-12)
})

t.test('a long time and a strong kernel neither overflow nor lose the diagonal', async (t) => {
  near(t, kernelEntropy(even(4, 2), heat(100)), 0, 'heat', 1e-12)
  near(t, kernelEntropy(even(4, 2), { name: 'matern', nu: 100, kappa: 100 }), 0, 'Matérn', 1e-9)
})

t.test('comparisons weigh by their class or by their probabilities, both directions added', async (t) => {
  const matrix = [
    [SAME_TEXT, classes(0.6, 0.3, 0.1)],
    [classes(0.2, 0.5, 0.3), SAME_TEXT]
  ]
  near(t, semanticWeights(matrix, 'one_hot')[0]![1]!, 1.5, 'one-hot', 1e-15)
  near(t, semanticWeights(matrix, 'probabilities')[1]![0]!, 1.2, 'probabilities', 1e-15)
  t.equal(semanticWeights([[OPPOSITE]], 'one_hot')[0]![0], 0)
})

t.test('weights that are not numbers give no number', async (t) => {
  t.ok(Number.isNaN(kernelEntropy([[NaN]], heat(0.3))))
})
