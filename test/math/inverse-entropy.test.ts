import t from 'tap'
import {
  affinityOf,
  bootstrapInverseEntropy,
  inverseEntropy,
  returnProbabilities,
  risesThroughout,
  rowNormalised,
  tsu
} from '../../src/math/inverse-entropy.js'
import { near } from '../fixtures/near.js'

const PROMPTS = rowNormalised([
  [1, 0.9, 0.8],
  [0.9, 1, 0.85],
  [0.8, 0.85, 1]
])
const ONES = [
  [1, 1, 1],
  [1, 1, 1],
  [1, 1, 1]
]
const IDENTITY = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1]
]
const MIXED = [
  [1, 0.9, 0.3],
  [0.9, 1, 0.2],
  [0.3, 0.2, 1]
]

t.test('the worked example F27 comes out', async (t) => {
  const cases = [
    { replies: ONES, diagonal: [0.333177, 0.339241, 0.327582], value: 1.09851 },
    { replies: MIXED, diagonal: [0.343401, 0.346565, 0.352044], value: 1.10183 },
    { replies: IDENTITY, diagonal: [0.37037, 0.363636, 0.377358], value: 1.103484 }
  ]
  for (const { replies, diagonal, value } of cases) {
    const found = returnProbabilities(PROMPTS, rowNormalised(replies))
    diagonal.forEach((wanted, i) => {
      near(t, found[i]!, wanted, `diagonal ${i}`)
    })
    near(t, inverseEntropy(PROMPTS, rowNormalised(replies)).value, value, 'value')
  }
})

t.test(
  'when everything is alike the value is ln m, and the other read-outs are of uniform distributions',
  async (t) => {
    const uniform = rowNormalised(ONES)
    const { value, niEntropy, wasserstein, maxReplyProbability, largestReturn } = inverseEntropy(uniform, uniform)
    near(t, value, Math.log(3), 'value', 1e-12)
    near(t, niEntropy, Math.log(3), 'NI entropy', 1e-12)
    near(t, wasserstein, 0, 'distance', 1e-12)
    near(t, maxReplyProbability, 1 / 3, 'reply', 1e-12)
    near(t, largestReturn, 1 / 3, 'return', 1e-12)
  }
)

t.test('the read-outs of two prompts can be worked on paper', async (t) => {
  // P_x = [[3/4, 1/4], [1/4, 3/4]], P_y = [[1/2, 1/2], [0, 1]]: P(Y) = (1/4, 3/4), P(X) = (5/16, 11/16).
  const found = inverseEntropy(
    [
      [0.75, 0.25],
      [0.25, 0.75]
    ],
    [
      [0.5, 0.5],
      [0, 1]
    ]
  )
  const plogp = (p: number): number => p * Math.log(p)
  near(t, found.value, -plogp(0.5) - plogp(0.75), 'value', 1e-12)
  // P(y₁|x₁) = ½·¼ / (5/16) = 2/5, P(y₂|x₂) = ¾·¾ / (11/16) = 9/11.
  near(t, found.niEntropy, -plogp(2 / 5) - plogp(9 / 11), 'NI entropy', 1e-12)
  near(t, found.wasserstein, 1 / 16, 'distance', 1e-12)
  t.equal(found.maxReplyProbability, 0.75)
})

t.test('a row without mass becomes uniform', async (t) => {
  t.same(
    rowNormalised([
      [0, 0],
      [3, 1]
    ]),
    [
      [0.5, 0.5],
      [0.75, 0.25]
    ]
  )
})

t.test('an affinity is (1 + cos) / 2, so that opposite vectors are no match', async (t) => {
  t.same([-1, 0, 1].map(affinityOf), [0, 0.5, 1])
})

t.test('draws of the replies follow the seed and average over what may be drawn', async (t) => {
  const affinity = [
    [1, 0],
    [0, 1]
  ]
  const replies = [[0, 1], [0], [0]]
  const draw = (count: number, seed: number) => bootstrapInverseEntropy(PROMPTS, replies, affinity, count, seed).value
  t.equal(draw(5, 1), draw(5, 1))
  const apart = rowNormalised([
    [1, 0, 0],
    [0, 1, 1],
    [0, 1, 1]
  ])
  const values = [ONES, apart].map((each) => inverseEntropy(PROMPTS, rowNormalised(each)).value)
  near(t, draw(4000, 2), (values[0]! + values[1]!) / 2, 'mean over draws', 2e-4)
})

t.test('the temperature test passes only when the value rises at every step', async (t) => {
  t.equal(risesThroughout([0.1, 0.2, 0.3]), true)
  t.equal(risesThroughout([0.2, 0.2, 0.4]), false, 'a tie is no rise')
  t.equal(risesThroughout([0.3, 0.5, 0.4]), false)
  t.equal(risesThroughout([0.3]), null)
})

t.test('TSU is the share of questions that rise throughout, as in F27', async (t) => {
  const rows = [
    [0.1, 0.2, 0.3],
    [0.2, 0.2, 0.4],
    [0.3, 0.5, 0.4],
    [0.1, 0.4, 0.9]
  ]
  t.equal(tsu(rows), 0.5)
  t.equal(tsu([]), null)
})
