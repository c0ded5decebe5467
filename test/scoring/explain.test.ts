import t from 'tap'
import { readOutput } from '../../src/evidence/supplied-output.js'
import type { Clusters } from '../../src/scorer.js'
import { explain } from '../../src/scoring/explain.js'
import type { Known } from '../../src/scoring/facts.js'

const known = (text: string, ...tokens: readonly (readonly [string, number])[]): Known => {
  const content = tokens.map(([token, probability]) => ({ token, logprob: Math.log(probability) }))
  return readOutput(tokens.length === 0 ? text : { text, logprobs: { content } }, '/answer')
}
const clusters = (...assignment: readonly number[]): Clusters => ({
  rule: 'loose',
  assignment,
  count: new Set(assignment).size
})

t.test('meanings are counted where they were compared, the largest alternative first', async (t) => {
  const samples = ['Sydney', 'Perth', 'Canberra', 'It is Canberra', 'Perth, WA'].map((text) => known(text))
  const { alternatives, summary } = explain({ answer: known('Canberra.'), samples, clusters: clusters(0, 1, 2, 2, 1) })
  t.same(alternatives, [
    { text: 'Perth', share: 0.4 },
    { text: 'Sydney', share: 0.2 }
  ])
  t.equal(summary, '2 of 5 sampled answers agree with the answer, 2 say “Perth”.')
})

t.test('a lone rival says something', async (t) => {
  const { summary } = explain({ answer: known('a'), samples: [known('a'), known('b')], clusters: null })
  t.equal(summary, '1 of 2 sampled answers agree with the answer, 1 says “b”.')
})

t.test('an answer that no sample repeats is told as such', async (t) => {
  const { alternatives, summary } = explain({ answer: known('a'), samples: [known('b'), known('b')], clusters: null })
  t.same(alternatives, [{ text: 'b', share: 1 }])
  t.equal(summary, '2 of 2 sampled answers say “b”, in other words than the answer.')
})

t.test('the answer among the clusters tells its own meaning', async (t) => {
  const included = { ...clusters(0, 1, 1), answerIncluded: true }
  const facts = { answer: known('x'), samples: [known('a'), known('b')], clusters: included }
  t.same(explain(facts).alternatives, [{ text: 'a', share: 0.5 }])
})

t.test('the weakest tokens come least probable first, without punctuation, at most three', async (t) => {
  const answer = known('a b. c d', ['a', 0.9], [' b', 0.2], ['.', 0.01], [' c', 0.5], [' d', 0.4])
  const { summary, weakest_tokens: weakest } = explain({ answer, samples: null, clusters: null })
  t.same(
    weakest.map(({ text, start, end }) => [text, start, end]),
    [
      [' b', 1, 3],
      [' d', 6, 8],
      [' c', 4, 6]
    ]
  )
  t.ok(Math.abs(weakest[0]!.probability - 0.2) < 1e-12)
  t.equal(summary, 'The least probable part of the answer is “b” with probability 0.2.')
})

t.test('long texts are shortened between characters, not inside them', async (t) => {
  const { summary } = explain({ answer: null, samples: [known('😀'.repeat(100))], clusters: null })
  t.equal(summary, `1 of 1 sampled answers say “${'😀'.repeat(60)}…”.`)
})

t.test('without evidence to show there is nothing to point at', async (t) => {
  t.match(explain({ answer: null, samples: null, clusters: null }), {
    summary: /nothing to point at/,
    alternatives: [],
    weakest_tokens: []
  })
})

t.test('methods that stand against most are named, in the sentence too', async (t) => {
  const score = (value: number) => ({
    status: 'ok' as const,
    value,
    unit: 'probability' as const,
    direction: 'higher_is_more_certain' as const,
    range: [0, 1]
  })
  const facts = { answer: known('a'), samples: [known('a'), known('a')], clusters: null }
  const told = explain(facts, { p_true: score(0.1), exact_match: score(1), degree: score(0.9) })
  t.same(told.inconsistent_methods, [{ scorer: 'p_true', certainty: 0.1, says: 'uncertain' }])
  t.equal(told.summary, '2 of 2 sampled answers agree with the answer; most methods read as certain, not so p_true.')
})

t.test('samples give a rationale, and without them there is none', async (t) => {
  const facts = { answer: known('Canberra'), samples: [known('Canberra'), known('Sydney')], clusters: null }
  t.match(explain(facts).rationale, /Canberra[^]*Sydney/u)
  t.notOk('rationale' in explain({ ...facts, samples: null }))
})
