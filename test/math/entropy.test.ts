import fc from 'fast-check'
import t from 'tap'
import { coverage, entropy, entropyBounds, entropyOfCounts, millerMadow } from '../../src/math/entropy.js'
import { near } from '../fixtures/near.js'

t.test('fixture F2: entropies of four next-token distributions', async (t) => {
  near(t, entropy([0.9, 0.05, 0.05]), 0.394398, 'first')
  near(t, entropy([0.5, 0.3, 0.2]), 1.029653, 'second')
  near(t, entropy([0.8, 0.1, 0.1]), 0.639032, 'third')
  near(t, entropy([0.95, 0.03, 0.02]), 0.232166, 'fourth')
})

t.test('fixture F2: bounds from the three most probable of fifty tokens', async (t) => {
  const bounds = entropyBounds([0.6, 0.2, 0.1].map(Math.log), 50)
  near(t, bounds.partial, 0.858641, 'partial')
  near(t, bounds.renormalised, 0.848686, 'renormalised')
  near(t, bounds.lower, 1.0889, 'lower')
  near(t, bounds.upper!, 1.473915, 'upper')
})

t.test('without the size of the vocabulary there is a lower bound and no upper one', async (t) => {
  const bounds = entropyBounds([0.6, 0.2, 0.1].map(Math.log), null)
  near(t, bounds.lower, 1.0889, 'lower')
  t.equal(bounds.upper, null)
})

t.test('the bounds hold the entropy of any distribution whose largest probabilities they were made from', async () => {
  const weights = fc.array(fc.double({ min: 1e-6, max: 1, noNaN: true }), { minLength: 2, maxLength: 30 })
  fc.assert(
    fc.property(weights, fc.nat(), (list, cut) => {
      const total = list.reduce((a, b) => a + b, 0)
      const p = list.map((weight) => weight / total).sort((a, b) => b - a)
      const known = p.slice(0, 1 + (cut % p.length)).map(Math.log)
      const { lower, upper } = entropyBounds(known, p.length)
      const exact = entropy(p)
      return lower <= exact + 1e-9 && exact <= upper! + 1e-9
    })
  )
})

t.test('a rest that no vocabulary could hold is rounding and adds nothing', async (t) => {
  const bounds = entropyBounds([Math.log(1 - 1e-7), -60], null)
  t.ok(bounds.lower < 1e-6)
})

t.test('zero probabilities and probabilities that sum above one by rounding are harmless', async (t) => {
  t.equal(entropy([1, 0, 0]), 0)
  const { lower, upper } = entropyBounds([0.7, 0.3001].map(Math.log), 10)
  t.equal(lower, upper)
})

t.test('fixture F32: Miller–Madow and Good–Turing of the counts 3, 1, 1', async (t) => {
  near(t, entropyOfCounts([3, 1, 1]), 0.950271, 'plug-in')
  near(t, millerMadow([3, 1, 1]), 1.150271, 'Miller–Madow')
  near(t, coverage([3, 1, 1]), 0.6, 'coverage')
})

t.test('nothing counted has no entropy and covers nothing', async (t) => {
  t.same([entropyOfCounts([]), millerMadow([]), coverage([])], [0, 0, 0])
})
