import fc from 'fast-check'
import t from 'tap'
import { averageConfidence, consistency, pairRank } from '../../src/math/verbalized-aggregation.js'
import { near } from '../fixtures/near.js'

const F20 = [
  [{ answer: 'A', confidence: 0.9 }],
  [{ answer: 'A', confidence: 0.8 }],
  [{ answer: 'B', confidence: 0.95 }],
  [{ answer: 'A', confidence: 0.6 }],
  [{ answer: 'C', confidence: 0.4 }]
]

t.test('F20: the share of the replies', async (t) => {
  const shares = consistency(F20)
  near(t, shares.get('A')!, 0.6, 'confidence')
  near(t, shares.get('B')!, 0.2, 'confidence')
})

t.test('F20: the share of the stated confidence', async (t) => {
  const shares = averageConfidence(F20)
  near(t, shares.get('A')!, 0.630137, 'confidence')
  near(t, shares.get('B')!, 0.260274, 'confidence')
  near(t, shares.get('C')!, 0.109589, 'confidence')
})

t.test('F20: the ranks of three lists', async (t) => {
  const strengths = pairRank([
    ['A', 'B'],
    ['A', 'C'],
    ['B', 'A']
  ])
  near(t, strengths.get('A')!, 0.704496, 'confidence')
  near(t, strengths.get('B')!, 0.224172, 'confidence')
  near(t, strengths.get('C')!, 0.071332, 'confidence')
})

t.test('one list of two gives the odds of its pseudo-counts, 1.1 to .1', async (t) => {
  near(t, pairRank([['A', 'B']]).get('A')!, 1.1 / 1.2, 'confidence')
})

t.test('a candidate alone has everything, and one that no list holds ranks last', async (t) => {
  t.same([...pairRank([['A']])], [['A', 1]])
  near(t, pairRank([['A']], ['Z']).get('Z')!, 0.1 / 1.2, 'confidence')
})

t.test('no order of the lists and no names change the strengths, which sum to one', async () => {
  const list = fc.uniqueArray(fc.constantFrom('A', 'B', 'C', 'D', 'E'), { minLength: 1, maxLength: 4 })
  fc.assert(
    fc.property(fc.array(list, { minLength: 1, maxLength: 5 }), (lists) => {
      const one = pairRank(lists)
      const other = pairRank(lists.toReversed())
      const total = [...one.values()].reduce((a, b) => a + b, 0)
      return Math.abs(total - 1) < 1e-9 && [...one].every(([name, value]) => Math.abs(value - other.get(name)!) < 1e-8)
    }),
    { numRuns: 100 }
  )
})
