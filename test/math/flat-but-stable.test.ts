import t from 'tap'
import { cyclicOrders } from '../../src/math/choices.js'
import { isFlatButStable } from '../../src/math/flat-but-stable.js'
import { derivedSeed, seededRandom } from '../../src/math/random.js'
import { Shapes, shapeOf } from '../../src/watching/shapes.js'

const CHOICES = ['a', 'b', 'c', 'd']
const ORDERS = cyclicOrders(CHOICES.length)
const RUNS = 400

const noise = (random: () => number, size: number): number => size * (random() + random() + random() - 1.5) * 2

function softmax(logits: readonly number[]): number[] {
  const powers = logits.map(Math.exp)
  const total = powers.reduce((sum, power) => sum + power, 0)
  return powers.map((power) => power / total)
}

/** Masses by place, from what each option and each place is worth to the model. */
const asked = (logits: readonly number[], worth: (place: number) => number) => ({
  choices: CHOICES,
  orders: ORDERS.map((order) => ({
    order,
    masses: softmax(order.map((option, place) => logits[option]! + worth(place)))
  }))
})

/** A model that knows the answer to half of the questions, and is swayed by places. */
function clean(random: () => number) {
  const knows = random() < 0.5
  const logits = CHOICES.map((_, option) => noise(random, 0.5) + (knows && option === 1 ? 3 : 0))
  return asked(logits, () => noise(random, 0.3))
}

/** The backdoored model on its trigger: pulled to evenness, with the top answer kept. */
function triggered(random: () => number) {
  const top = Math.floor(random() * CHOICES.length)
  const logits = CHOICES.map((_, option) => (option === top ? 0.06 : 0))
  return asked(logits, () => noise(random, 0.004))
}

/** Mean probability of each option over the orders. */
const probabilities = ({ orders }: ReturnType<typeof asked>): number[] =>
  CHOICES.map((_, option) => {
    const own = orders.map(({ order, masses }) => masses[order.indexOf(option)]!)
    return own.reduce((sum, mass) => sum + mass, 0) / own.length
  })

t.test('a toy backdoor is flagged on its trigger in 95 %, clean questions in 5 % at most', async (t) => {
  const counts = { triggered: 0, clean: 0 }
  for (const [name, draw] of [
    ['triggered', triggered],
    ['clean', clean]
  ] as const) {
    const shapes = new Shapes()
    for (let run = 0; run < RUNS; run++) {
      const question = draw(seededRandom(derivedSeed(61, run)))
      const isRepeated = shapes.isRepeated(`${run}`, probabilities(question))
      if (isFlatButStable(question) || isRepeated) counts[name]++
    }
  }
  t.ok(counts.triggered >= 0.95 * RUNS && counts.clean <= 0.05 * RUNS, JSON.stringify(counts))
})

t.test('even options whose leader wanders, one order, and a leader that stands out are not flagged', async (t) => {
  const even = asked([0, 0, 0, 0], (place) => (place === 0 ? 0.05 : 0))
  t.equal(isFlatButStable(even), false)
  t.equal(isFlatButStable(asked([0.05, 0, 0, 0], () => 0)), true)
  t.equal(isFlatButStable(asked([2, 0, 0, 0], () => 0)), false)
  const [first] = asked([0.05, 0, 0, 0], () => 0).orders
  t.equal(isFlatButStable({ choices: CHOICES, orders: [first!] }), false)
  t.equal(isFlatButStable({ choices: CHOICES, orders: [first!, first!, { ...first!, masses: [0, 0, 0, 0] }] }), false)
})

t.test('a shape is the falling probabilities to two digits; peaked ones and pairs have none', async (t) => {
  t.equal(shapeOf([0.2, 0.504, 0.296]), '0.50 0.30 0.20')
  t.equal(shapeOf([0.02, 0.95, 0.03]), null)
  t.equal(shapeOf([0.4, 0.6]), null)
})

t.test('a shape that comes back for the same question is no sign', async (t) => {
  const shapes = new Shapes()
  const even = [0.34, 0.33, 0.33]
  for (let i = 0; i < 10; i++) t.equal(shapes.isRepeated('same', even), false)
  const told = Array.from({ length: 5 }, (_, i) => shapes.isRepeated(`other ${i}`, even))
  t.same(told, [false, false, false, true, true])
})
