import t from 'tap'
import expectedRisk from '../../scorers/expected_risk.js'
import type { RiskReading } from '../../src/scorer.js'
import { reasonOf, run } from '../fixtures/evidence.js'
import { near } from '../fixtures/near.js'

function asked(choices: readonly string[], masses: readonly number[]): { risk: RiskReading } {
  const orders = [{ order: choices.map((_, i) => i), masses }]
  return { risk: { form: 'options', options: { choices, answer: null, orders } } }
}

/** Mass of single two-digit numbers. */
function stated(cells: Readonly<Record<string, number>>): { risk: RiskReading } {
  const row = (i: number): number[] => Array.from({ length: 10 }, (_, j) => cells[`${i}${j}`] ?? 0)
  return { risk: { form: 'numeric', digits: { masses: Array.from({ length: 10 }, (_, i) => row(i)) } } }
}

t.test('fixture F28: the risk of yes or no is the probability of yes over both orders', async (t) => {
  const orders = [
    { order: [0, 1], masses: [0.7, 0.3] },
    { order: [1, 0], masses: [0.6, 0.4] }
  ]
  const options = { choices: ['Yes', 'No'], answer: null, orders }
  near(t, run(expectedRisk, { risk: { form: 'options', options } }).value, 0.55, 'value', 1e-12)
})

t.test('yes is the event wherever it stands', async (t) => {
  near(t, run(expectedRisk, asked(['No', 'Yes'], [0.2, 0.6])).value, 0.75, 'value', 1e-12)
})

t.test('options are worth what the caller says', async (t) => {
  const three = asked(['low', 'middle', 'high'], [0.4, 0.2, 0.2])
  near(t, run(expectedRisk, three, { values: [0, 0.5, 1] }).value, 0.375, 'value', 1e-12)
  t.equal(
    reasonOf(() => run(expectedRisk, three)),
    'needs_values'
  )
  t.equal(
    reasonOf(() => run(expectedRisk, three, { values: [0, 1] })),
    'values_do_not_fit'
  )
})

t.test('a stated number is expected over its digits', async (t) => {
  const { value, detail } = run(expectedRisk, stated({ 20: 0.3, 80: 0.6 }))
  near(t, value, 0.6, 'value', 1e-12)
  near(t, detail?.mass as number, 0.9, 'mass', 1e-12)
})

t.test('a model that would not write digits states no risk', async (t) => {
  t.equal(
    reasonOf(() => run(expectedRisk, stated({ 20: 0.09 }))),
    'no_digits'
  )
  t.equal(
    reasonOf(() => run(expectedRisk, stated({}))),
    'no_digits'
  )
})

t.test('labels without mass have no risk', async (t) => {
  t.equal(
    reasonOf(() => run(expectedRisk, asked(['Yes', 'No'], [0, 0]))),
    'no_option_mass'
  )
})
