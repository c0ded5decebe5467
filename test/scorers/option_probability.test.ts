import t from 'tap'
import optionProbability from '../../scorers/option_probability.js'
import { cyclicOrders } from '../../src/math/choices.js'
import type { OptionMasses } from '../../src/scorer.js'
import { reasonOf, run } from '../fixtures/evidence.js'
import { near } from '../fixtures/near.js'

/** The four label masses of fixture F28, in one order. */
const f28 = (more: Partial<OptionMasses> = {}): { options: OptionMasses } => ({
  options: {
    choices: ['Canberra', 'Sydney', 'Perth', 'Hobart'],
    answer: null,
    orders: [{ order: [0, 1, 2, 3], masses: [0.5, 0.2, 0.05, 0.05] }],
    ...more
  }
})

t.test('fixture F28: the most probable option is under test when there is no answer', async (t) => {
  const { value, detail, warnings } = run(optionProbability, f28())
  near(t, value, 0.625, 'value', 1e-12)
  near(t, detail?.margin as number, 0.375, 'margin', 1e-12)
  near(t, detail?.mass as number, 0.8, 'mass', 1e-12)
  t.match(detail, { option: 'A', chosen_by: 'argmax', orders: 1, place_bias: null, by_place: null })
  t.same(warnings, [])
})

t.test('the supplied answer is under test, by label or by text', async (t) => {
  near(t, run(optionProbability, f28({ answer: '(B) Sydney' })).value, 0.25, 'label', 1e-12)
  near(t, run(optionProbability, f28({ answer: 'I would say Perth.' })).value, 0.0625, 'text', 1e-12)
})

t.test('an answer that is no option has no probability', async (t) => {
  t.equal(
    reasonOf(() => run(optionProbability, f28({ answer: 'Melbourne' }))),
    'answer_not_an_option'
  )
})

t.test('fixture F28: rotations are averaged, and what they disagree about is told', async (t) => {
  const masses = [
    [0.7, 0.2, 0.1],
    [0.5, 0.3, 0.2],
    [0.6, 0.3, 0.1]
  ]
  const orders = cyclicOrders(3).map((order, s) => ({ order, masses: masses[s]! }))
  const { value, detail } = run(optionProbability, { options: { choices: ['a', 'b', 'c'], answer: null, orders } })
  near(t, value, 0.4, 'value', 1e-12)
  // Places have .6, .266667 and .133333 on average: .266667 off an even third
  near(t, detail?.place_bias as number, 0.8 / 3, 'place bias', 1e-12)
  const [first] = detail?.options as { std: number }[]
  // .7, .2 and .3 around .4
  near(t, first!.std, Math.sqrt(0.14 / 3), 'std', 1e-12)
})

t.test('labels without mass have no probability, labels with little are warned of', async (t) => {
  const faint = [{ order: [0, 1, 2, 3], masses: [0.04, 0.03, 0.01, 0] }]
  const scored = run(optionProbability, f28({ orders: faint }))
  near(t, scored.value, 0.5, 'value', 1e-12)
  t.equal(scored.warnings?.[0]?.code, 'low_option_mass')
  const mute = [{ order: [0, 1, 2, 3], masses: [0, 0, 0, 0] }]
  t.equal(
    reasonOf(() => run(optionProbability, f28({ orders: mute }))),
    'no_option_mass'
  )
})

t.test('the conformal set of a calibrated question is told on request', async (t) => {
  const orders = [{ order: [0, 1, 2, 3], masses: [0.55, 0.25, 0.12, 0.08] }]
  const calibration = [0.05, 0.1, 0.12, 0.2, 0.22, 0.3, 0.35, 0.4, 0.55, 0.8]
  const set = (alpha: number) => run(optionProbability, f28({ orders }), { set: 'lac', calibration, alpha }).detail?.set
  t.match(set(0.2), { method: 'lac', labels: ['A'], quantile: 0.55, n: 10 })
  t.match(set(0.1), { labels: ['A', 'B'], quantile: 0.8 })
  t.match(set(0.05), { labels: ['A', 'B', 'C', 'D'], quantile: null })
})
