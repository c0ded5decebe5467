import fc from 'fast-check'
import t from 'tap'
import { components, mayMatch, meaningKey, RULES, sameMeaning } from '../../src/math/clusters.js'
import type { Entailment, EntailmentRule } from '../../src/scorer.js'

// Labels as in formulas.md: 0 contradiction, 1 neutral, 2 entailment.
const OF_LABEL: readonly Entailment[] = [
  { entailment: 0.1, neutral: 0.1, contradiction: 0.8 },
  { entailment: 0.1, neutral: 0.8, contradiction: 0.1 },
  { entailment: 0.8, neutral: 0.1, contradiction: 0.1 }
]

type Labels = Readonly<Record<string, readonly [number, number]>>

/** First match against the first member of every cluster; the service's own loop is asynchronous. */
function assign(count: number, labels: Labels, rule: EntailmentRule): number[] {
  const first: number[] = []
  return Array.from({ length: count }, (_, item) => {
    const found = first.findIndex((representative) => {
      const [forward, backward] = labels[`${representative},${item}`]!
      return sameMeaning(OF_LABEL[forward]!, OF_LABEL[backward]!, rule)
    })
    return found === -1 ? first.push(item) - 1 : found
  })
}

const F11: Labels = { '0,1': [2, 1], '0,2': [1, 1], '0,3': [0, 1], '1,2': [2, 2], '1,3': [1, 1], '2,3': [2, 1] }

t.test('fixture F11: the strict rule gives three clusters, the loose one two', async (t) => {
  t.same(assign(4, F11, 'strict'), [0, 1, 1, 2])
  t.same(assign(4, F11, 'loose'), [0, 0, 1, 1])
})

t.test('fixture F11: the first match wins, whatever else would match later', async (t) => {
  const labels: Labels = { '0,1': [1, 1], '0,2': [2, 1], '1,2': [1, 2] }
  t.same(assign(3, labels, 'strict'), [0, 1, 2])
  t.same(assign(3, labels, 'loose'), [0, 1, 0])
})

const probabilities = fc.tuple(fc.nat({ max: 9 }), fc.nat({ max: 9 }), fc.nat({ max: 9 })).map(([a, b, c]) => {
  const total = a + b + c + 3
  return { entailment: (a + 1) / total, neutral: (b + 1) / total, contradiction: (c + 1) / total }
})

t.test('the backward comparison is only saved where it could change nothing', async () => {
  fc.assert(
    fc.property(
      probabilities,
      probabilities,
      fc.constantFrom(...RULES),
      (forward, backward, rule) => mayMatch(forward, rule) || !sameMeaning(forward, backward, rule)
    )
  )
})

t.test('meaning is symmetric, and strict sameness implies loose sameness', async () => {
  fc.assert(
    fc.property(
      probabilities,
      probabilities,
      (forward, backward) =>
        RULES.every((rule) => sameMeaning(forward, backward, rule) === sameMeaning(backward, forward, rule)) &&
        (!sameMeaning(forward, backward, 'strict') || sameMeaning(forward, backward, 'loose'))
    )
  )
})

t.test('fixture F11: no contradiction in place of entailment gives two clusters', async (t) => {
  t.same(assign(4, F11, 'no_contradiction'), [0, 0, 0, 1])
})

t.test('the probability rule asks both ways whether entailment is likelier than contradiction', async (t) => {
  const leaning = { entailment: 0.2, neutral: 0.7, contradiction: 0.1 }
  t.equal(sameMeaning(leaning, leaning, 'probability'), true)
  t.equal(sameMeaning(leaning, OF_LABEL[0]!, 'probability'), false)
  t.equal(mayMatch(OF_LABEL[0]!, 'probability'), false)
})

t.test('fixture F11: what is linked through others is one group', async (t) => {
  const labels = (a: number, b: number) => F11[`${Math.min(a, b)},${Math.max(a, b)}`]!
  const lax = (a: number, b: number) => !labels(a, b).includes(0) && labels(a, b).join() !== '1,1'
  t.same(components(4, lax), [0, 0, 0, 0])
  const strict = (a: number, b: number) => labels(a, b).join() === '2,2'
  t.same(components(4, strict), [0, 1, 1, 2], 'groups are numbered in order of their first member')
  t.same(
    components(0, () => true),
    []
  )
})

t.test('a tie between labels keeps meanings apart', async (t) => {
  const tie = { entailment: 0.4, neutral: 0.4, contradiction: 0.2 }
  t.equal(sameMeaning(tie, OF_LABEL[2]!, 'strict'), false)
  const even = { entailment: 1 / 3, neutral: 1 / 3, contradiction: 1 / 3 }
  t.equal(mayMatch(even, 'loose'), false)
})

t.test('texts that differ in spacing, width or one final full stop are duplicates', async (t) => {
  const key = meaningKey('Paris, France')
  for (const text of [' Paris,  France', 'Paris,\nFrance.', 'Paris, France .', 'Ｐaris, France']) {
    t.equal(meaningKey(text), key, JSON.stringify(text))
  }
  t.equal(meaningKey('東京。'), meaningKey('東京'))
})

t.test('texts that differ in case, in a question mark or in a word are not', async (t) => {
  t.not(meaningKey('US'), meaningKey('us'))
  t.not(meaningKey('Paris?'), meaningKey('Paris'))
  t.not(meaningKey('.'), meaningKey(''))
})
