import t from 'tap'
import optionEntropy from '../../scorers/option_entropy.js'
import { cyclicOrders } from '../../src/math/choices.js'
import { reasonOf, run } from '../fixtures/evidence.js'
import { near } from '../fixtures/near.js'

const choices = ['a', 'b', 'c', 'd']
const single = (masses: readonly number[]) => ({
  options: { choices, answer: null, orders: [{ order: [0, 1, 2, 3], masses }] }
})

t.test('fixture F28: the entropy of the shares', async (t) => {
  const { value, range } = run(optionEntropy, single([0.5, 0.2, 0.05, 0.05]))
  near(t, value, 0.986899, 'value')
  t.same(range, [0, Math.log(4)])
})

t.test('even options have the entropy ln K, or 1 when normalized', async (t) => {
  near(t, run(optionEntropy, single([0.2, 0.2, 0.2, 0.2])).value, Math.log(4), 'nats', 1e-12)
  const scored = run(optionEntropy, single([0.1, 0.1, 0.1, 0.1]), { normalized: true })
  near(t, scored.value, 1, 'normalized', 1e-12)
  t.same(scored.range, [0, 1])
})

t.test('one option with all the mass has none', async (t) => {
  t.equal(run(optionEntropy, single([0, 0.9, 0, 0])).value, 0)
})

t.test('a model that only knows places is as uncertain as can be', async (t) => {
  const orders = cyclicOrders(4).map((order) => ({ order, masses: [0, 0, 0.9, 0] }))
  near(t, run(optionEntropy, { options: { choices, answer: null, orders } }).value, Math.log(4), 'value', 1e-12)
})

t.test('the answer under test does not matter', async (t) => {
  const { options } = single([0.5, 0.2, 0.05, 0.05])
  near(t, run(optionEntropy, { options: { ...options, answer: 'none' } }).value, 0.986899, 'value')
})

t.test('labels without mass have no entropy', async (t) => {
  t.equal(
    reasonOf(() => run(optionEntropy, single([0, 0, 0, 0]))),
    'no_option_mass'
  )
})

t.test('even options with one leader in every order are told', async (t) => {
  const told = (spread: (option: number, place: number) => number) => {
    const orders = cyclicOrders(4).map((order) => ({ order, masses: order.map(spread) }))
    return run(optionEntropy, { options: { choices, answer: null, orders } }).warnings?.map(({ code }) => code)
  }
  t.same(
    told((option) => (option === 2 ? 0.24 : 0.22)),
    ['flat_but_stable']
  )
  t.same(
    told((_, place) => (place === 2 ? 0.24 : 0.22)),
    []
  )
})
