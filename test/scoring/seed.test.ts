import t from 'tap'
import { canonicalJson } from '../../src/canonical-json.js'
import { seedOf } from '../../src/scoring/seed.js'

t.test('the order of members does not matter, the order of items does', async (t) => {
  t.equal(canonicalJson({ b: 1, a: [2, { d: null, c: 'x' }] }), '{"a":[2,{"c":"x","d":null}],"b":1}')
  t.not(canonicalJson([1, 2]), canonicalJson([2, 1]))
})

t.test('seeds are 32 bits, equal for equal bodies in any order of members', async (t) => {
  const seed = seedOf({ prompt: 'x', sampling: { n: 2, top_p: 0.5 } })
  t.equal(seedOf({ sampling: { top_p: 0.5, n: 2 }, prompt: 'x' }), seed)
  t.ok(Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32)
  t.not(seedOf({ prompt: 'y', sampling: { n: 2, top_p: 0.5 } }), seed)
})

t.test('what has no effect on scores has none on the seed', async (t) => {
  const seed = seedOf({ prompt: 'x' })
  t.equal(seedOf({ prompt: 'x', custom_id: 'a', metadata: { a: 'b' }, include: ['samples'], explain: true }), seed)
})

t.test('a given seed is used as it is, zero too', async (t) => {
  t.equal(seedOf({ prompt: 'x', seed: 0 }), 0)
})
