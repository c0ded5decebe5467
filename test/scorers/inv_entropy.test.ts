import t from 'tap'
import inverse from '../../scorers/inv_entropy.js'
import type { ParaphraseReplies } from '../../src/scorer.js'
import { reasonOf, run } from '../fixtures/evidence.js'
import { near } from '../fixtures/near.js'

const ones = (size: number, other = 1): number[][] =>
  Array.from({ length: size }, (_, i) => Array.from({ length: size }, (_, j) => (i === j ? 1 : other)))

/** Four wordings, one reply each. */
function replies(changes: Partial<ParaphraseReplies> = {}): ParaphraseReplies {
  return {
    source: 'evolved',
    probes: ['q', 'a', 'b', 'c'].map((text) => ({ text, similarity: 0.9 })),
    wanted: 4,
    probeSimilarity: ones(4),
    texts: ['Paris'],
    textSimilarity: [[1]],
    strata: [{ temperature: 0.7, replies: [[0], [0], [0], [0]] }],
    seed: 7,
    ...changes
  }
}

const score = (evidence: ParaphraseReplies, options = {}) => run(inverse, { 'paraphrases.replies': evidence }, options)

t.test('one meaning throughout has the value ln m, within a range that depends on m', async (t) => {
  const { value, range, detail } = score(replies())
  near(t, value, Math.log(4), 'value', 1e-12)
  near(t, range![1]!, 4 / Math.E, 'upper bound', 1e-12)
  t.match(detail, { prompts: 4, distinct_replies: 1, tsu_pass: null, missing: 0, source: 'evolved' })
})

t.test('replies that point all ways give the value of the return probabilities', async (t) => {
  // Prompts: affinity 0.9 for unlike ones; replies: cosine −1, affinity 0, so that P_y is the identity.
  const evidence = replies({
    probeSimilarity: ones(4, 0.8),
    texts: ['a', 'b', 'c', 'd'],
    textSimilarity: ones(4, -1),
    strata: [{ temperature: 0.7, replies: [[0], [1], [2], [3]] }]
  })
  const q = 1 / 3.7
  near(t, score(evidence).value, -4 * q * Math.log(q), 'value', 1e-12)
})

t.test('missing paraphrases are padded with those that were found, and told', async (t) => {
  const short = replies({
    probes: ['q', 'a'].map((text) => ({ text, similarity: 0.9 })),
    probeSimilarity: ones(2),
    strata: [{ temperature: 0.7, replies: [[0], [0]] }]
  })
  const { value, detail, warnings } = score(short)
  near(t, value, Math.log(4), 'value at m = 4', 1e-12)
  t.match(detail, { prompts: 4, missing: 2, paraphrases: ['a'] })
  t.match(warnings, [{ code: 'few_paraphrases' }])
})

t.test('every temperature has a value, the first is the score, and a rise is seen in ascending order', async (t) => {
  const evidence = replies({
    probeSimilarity: ones(4, 0.8),
    texts: ['a', 'b', 'c', 'd'],
    textSimilarity: ones(4, -1),
    strata: [
      { temperature: 1.2, replies: [[0], [1], [2], [3]] },
      { temperature: 0.3, replies: [[0], [0], [0], [0]] }
    ]
  })
  const { value, detail } = score(evidence)
  const levels = detail!.by_temperature as { temperature: number; value: number }[]
  t.same(
    levels.map(({ temperature }) => temperature),
    [1.2, 0.3]
  )
  t.equal(value, levels[0]!.value)
  t.ok(levels[0]!.value > levels[1]!.value)
  t.equal(detail!.tsu_pass, true)
})

t.test('the draws follow the seed of the evidence', async (t) => {
  const evidence = replies({
    probeSimilarity: ones(4, 0.8),
    texts: ['a', 'b'],
    textSimilarity: ones(2, 0),
    strata: [{ temperature: 0.7, replies: [[0, 1], [0, 1], [0], [0, 1]] }]
  })
  const values = [1, 2, 3, 4, 5, 6].map((seed) => score({ ...evidence, seed }, { bootstraps: 3 }).value)
  t.ok(new Set(values).size > 1, values.join(' '))
  t.equal(score({ ...evidence, seed: 6 }, { bootstraps: 3 }).value, values[5])
})

t.test('a spread beyond what the measure can tell is warned of', async (t) => {
  const evidence = replies({
    probeSimilarity: ones(4, -1),
    texts: ['a', 'b', 'c', 'd'],
    textSimilarity: ones(4, -1),
    strata: [{ temperature: 0.7, replies: [[0], [1], [2], [3]] }]
  })
  t.match(score(evidence).warnings, [{ code: 'not_monotone' }])
})

t.test('too few wordings or no reply have no value', async (t) => {
  t.equal(
    reasonOf(() => score(replies({ wanted: 3, probes: replies().probes.slice(0, 3) }))),
    'needs_paraphrases'
  )
  t.equal(
    reasonOf(() => score(replies({ probes: replies().probes.slice(0, 1) }))),
    'needs_paraphrases'
  )
  t.equal(
    reasonOf(() => score(replies({ strata: [{ temperature: 0.7, replies: [[0], [], [0], [0]] }] }))),
    'needs_replies'
  )
})
