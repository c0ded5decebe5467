import t from 'tap'
import kle from '../../scorers/kernel_language_entropy.js'
import type { Entailment } from '../../src/scorer.js'
import { SAME_TEXT } from '../../src/math/nli.js'
import { classes, FOUR_ANSWERS, OPPOSITE } from '../fixtures/entailments.js'
import { reasonOf, run, textSample } from '../fixtures/evidence.js'
import { near } from '../fixtures/near.js'

const NEUTRAL = classes(0, 1, 0)
const score = (matrix: readonly (readonly Entailment[])[], options = {}): ReturnType<typeof run> =>
  run(kle, { samples: matrix.map((_, i) => textSample(`answer ${i}`)), entailment: matrix }, options)
const even = (count: number, verdict: Entailment): Entailment[][] =>
  Array.from({ length: count }, (_, i) => Array.from({ length: count }, (__, j) => (i === j ? SAME_TEXT : verdict)))

/** The graph of fixture F13: the first two entail each other, the third is entailed one way at most. */
const F13 = [
  [SAME_TEXT, SAME_TEXT, NEUTRAL],
  [SAME_TEXT, SAME_TEXT, NEUTRAL],
  [OPPOSITE, OPPOSITE, SAME_TEXT]
]

t.test('fixture F13: both kernels, scaled and in nats', async (t) => {
  near(t, score(F13).value, 0.888448, 'heat, scaled')
  near(t, score(F13, { scaled: false }).value, 0.97606, 'heat')
  near(t, score(F13, { t: 0.4 }).value, 0.819102, 't = 0.4')
  near(t, score(F13, { kernel: 'matern' }).value, 0.90507, 'Matérn')
})

t.test('fixture F13: answers of which no two agree have the most', async (t) => {
  near(t, score(even(3, OPPOSITE)).value, 1, 'scaled', 1e-12)
  near(t, score(even(3, OPPOSITE), { scaled: false }).value, Math.log(3), 'nats', 1e-12)
})

t.test('few identical answers do not score 0, which is told; many nearly do', async (t) => {
  const few = score(even(3, SAME_TEXT))
  near(t, few.value, 0.667071, 'N = 3')
  t.match(few.warnings, [{ code: 'kernel_floor' }])
  near(t, few.detail?.nats_if_all_agree as number, 0.732853, 'the same in closed form')
  const many = score(even(10, SAME_TEXT))
  near(t, many.value, 0.066445, 'N = 10')
  t.same(many.warnings, [])
})

t.test('the value is that of scipy on the same comparisons', async (t) => {
  const nats = (options: object) => score(FOUR_ANSWERS, { scaled: false, ...options }).value
  near(t, nats({}), 1.220796785598, 'heat, one-hot', 1e-9)
  near(t, nats({ weights: 'probabilities' }), 1.251872935498, 'heat, probabilities as lm-polygraph', 1e-9)
  near(t, nats({ kernel: 'matern' }), 1.256552056861, 'Matérn', 1e-9)
  near(t, nats({ kernel: 'matern', nu: 1.5, kappa: 2, weights: 'probabilities' }), 0.680965001284, 'ν = 1.5', 1e-9)
})

t.test('nats have another range than the scaled value', async (t) => {
  t.equal(score(F13).range, undefined)
  t.same(score(F13, { scaled: false }).range, [0, null])
})

t.test('one sample says nothing', async (t) => {
  t.equal(
    reasonOf(() => score([[SAME_TEXT]])),
    'needs_two_samples'
  )
})
