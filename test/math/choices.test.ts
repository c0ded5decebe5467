import t from 'tap'
import {
  allOrders,
  cyclicOrders,
  margin,
  massWarnings,
  placeBias,
  rotations,
  shares,
  summariseOptions
} from '../../src/math/choices.js'
import { near } from '../fixtures/near.js'

t.test('rotations put every option once in every place', async (t) => {
  t.same(cyclicOrders(3), [
    [0, 1, 2],
    [1, 2, 0],
    [2, 0, 1]
  ])
})

t.test('all orders are K! different ones, the given one first', async (t) => {
  const orders = allOrders(4)
  t.equal(new Set(orders.map(String)).size, 24)
  t.same(orders[0], [0, 1, 2, 3])
})

t.test('fixture F28: label masses are shared out over their sum', async (t) => {
  t.same(
    shares([0.5, 0.2, 0.05, 0.05])?.map((one) => Number(one.toFixed(9))),
    [0.625, 0.25, 0.0625, 0.0625]
  )
  t.equal(shares([0, 0]), null)
})

t.test('fixture F28: two orders of a binary question are averaged', async (t) => {
  const orders = [
    { order: [0, 1], masses: [0.7, 0.3] },
    { order: [1, 0], masses: [0.6, 0.4] }
  ]
  const summary = summariseOptions({ choices: ['Yes', 'No'], answer: null, orders })!
  near(t, summary.probabilities[0]!, 0.55, 'P(yes)', 1e-12)
  near(t, summary.deviations[0]!, 0.15, 'std', 1e-12)
  near(t, summary.byPlace[0]!, 0.65, 'first place', 1e-12)
  near(t, placeBias(summary.byPlace), 0.15, 'bias', 1e-12)
})

t.test('fixture F28: three rotations are averaged', async (t) => {
  const masses = [
    [0.7, 0.2, 0.1],
    [0.5, 0.3, 0.2],
    [0.6, 0.3, 0.1]
  ]
  const orders = cyclicOrders(3).map((order, s) => ({ order, masses: masses[s]! }))
  const { probabilities } = summariseOptions({ choices: ['a', 'b', 'c'], answer: null, orders })!
  ;[0.4, 0.8 / 3, 1 / 3].forEach((expected, i) => near(t, probabilities[i]!, expected, `option ${i}`, 1e-12))
})

t.test('a model that only knows places is left with even options', async (t) => {
  const orders = cyclicOrders(4).map((order) => ({ order, masses: [0.1, 0.6, 0.2, 0.05] }))
  const { probabilities } = summariseOptions({ choices: ['a', 'b', 'c', 'd'], answer: null, orders })!
  probabilities.forEach((one) => near(t, one, 0.25, 'even', 1e-12))
})

t.test('an order in which no label has mass leaves nothing to average', async (t) => {
  const orders = [
    { order: [0, 1], masses: [0.7, 0.3] },
    { order: [1, 0], masses: [0, 0] }
  ]
  t.equal(summariseOptions({ choices: ['a', 'b'], answer: null, orders }), null)
})

t.test('the margin is what parts the two most probable', async (t) => {
  near(t, margin([0.0625, 0.25, 0.625, 0.0625]), 0.375, 'F28', 1e-12)
  t.equal(margin([0.5, 0.5]), 0)
})

t.test('a tenth of the mass is the least that goes without a warning', async (t) => {
  t.same(massWarnings(0.1), [])
  t.equal(massWarnings(0.099)[0]?.code, 'low_option_mass')
})

t.test('many options stand in eight places each, spread over the list', async (t) => {
  t.same(rotations(3), cyclicOrders(3))
  const orders = rotations(26)
  t.equal(orders.length, 8)
  t.same(orders[0], cyclicOrders(26)[0])
  const places = orders.map((order) => order.indexOf(0)).sort((a, b) => a - b)
  t.equal(new Set(places).size, 8)
  t.ok(places.every((place, i) => i === 0 || place - places[i - 1]! <= 4))
})
