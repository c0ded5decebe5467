import t from 'tap'
import disagreement from '../../scorers/paraphrase_disagreement.js'
import type { ParaphrasedAnswer } from '../../src/scorer.js'
import { reasonOf, run, textSample, token } from '../fixtures/evidence.js'
import { near } from '../fixtures/near.js'

const BASE: ParaphrasedAnswer = {
  source: 'template',
  probes: ['q', 'a', 'b'].map((text) => ({ text, similarity: null })),
  wanted: 3,
  answer: 'Canberra',
  replies: null,
  replySimilarity: null,
  readings: null
}

const score = (changes: Partial<ParaphrasedAnswer>, options = {}) =>
  run(disagreement, { 'paraphrases.answer': { ...BASE, ...changes } }, options)

const REPLIES = [textSample('The capital is Canberra.'), textSample('Sydney')]

t.test('the likelihood form is one minus the geometric mean probability of a token under all wordings', async (t) => {
  // ln .5 and ln .125 over two readings of one token each: the geometric mean is .25.
  const { value, detail } = score({ readings: [[token(0.5)], [token(0.125)]] }, { form: 'likelihood' })
  near(t, value, 0.75, 'value', 1e-12)
  near(t, detail!.mean_nll as number, Math.log(4), 'mean NLL', 1e-12)
  t.equal((detail!.nll_by_wording as number[]).length, 2)
})

t.test('each wording weighs the same, however many tokens a reading has', async (t) => {
  const { value } = score({ readings: [[token(0.5), token(0.5), token(0.5)], [token(0.125)]] }, { form: 'likelihood' })
  near(t, value, 0.75, 'value', 1e-12)
})

t.test('a reply that holds the answer in more words agrees', async (t) => {
  const { value, detail } = score({ replies: REPLIES }, { form: 'reply' })
  near(t, value, 0.5, 'one of two is far', 1e-12)
  t.match(detail, { measure: 'lexical', distinct_replies: 2, reply_similarity: 0, missing: 0 })
})

t.test('the exact measure counts replies that differ', async (t) => {
  const replies = [textSample('Canberra.'), textSample('The capital is Canberra.')]
  t.equal(score({ replies }, { form: 'reply', measure: 'exact' }).value, 0.5)
})

t.test('the embedding measure is one minus the mean cosine to the answer', async (t) => {
  const replySimilarity = [
    [1, 0.9, 0.3],
    [0.9, 1, 0.2],
    [0.3, 0.2, 1]
  ]
  const { value, detail } = score({ replies: REPLIES, replySimilarity }, { form: 'reply', measure: 'embedding' })
  near(t, value, 0.4, 'value', 1e-12)
  near(t, detail!.reply_similarity as number, 0.2, 'among the replies', 1e-12)
})

t.test('how close the wordings are is told when it is known', async (t) => {
  const probes = [1, 0.9, 0.7].map((similarity, i) => ({ text: `q${i}`, similarity }))
  near(
    t,
    score({ probes, readings: [[token(0.5)]] }, { form: 'likelihood' }).detail!.probe_similarity as number,
    0.8,
    'mean'
  )
  t.equal(score({ readings: [[token(0.5)]] }, { form: 'likelihood' }).detail!.probe_similarity, null)
})

t.test('missing paraphrases are warned of', async (t) => {
  t.match(score({ wanted: 10, readings: [[token(0.5)]] }, { form: 'likelihood' }).warnings, [
    { code: 'few_paraphrases' }
  ])
})

t.test('nothing to read or to compare has no value', async (t) => {
  t.equal(
    reasonOf(() => score({ readings: [[], []] }, { form: 'likelihood' })),
    'empty_answer'
  )
  t.equal(
    reasonOf(() => score({ replies: [] }, { form: 'reply' })),
    'needs_paraphrases'
  )
})
