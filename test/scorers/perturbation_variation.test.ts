import t from 'tap'
import variation from '../../scorers/perturbation_variation.js'
import type { Variations } from '../../src/scorer.js'
import { reasonOf, run } from '../fixtures/evidence.js'
import { near } from '../fixtures/near.js'

/** F19: pairwise distances .2 .6 .4, to the answer .1 .3 .5. */
const F19: Variations = {
  kind: 'sample',
  answer: 'a',
  variants: ['b', 'c', 'd'].map((text) => ({ text, replacement: null })),
  position: null,
  similarity: [
    [1, 0.9, 0.7, 0.5],
    [0.9, 1, 0.8, 0.4],
    [0.7, 0.8, 1, 0.6],
    [0.5, 0.4, 0.6, 1]
  ]
}

const score = (variations: Variations, options = {}) => run(variation, { variations }, options)

t.test('the worked example F19 comes out', async (t) => {
  near(t, score(F19, { form: 'vr' }).value, 0.4, 'VR')
  near(t, score(F19, { form: 'vro' }).value, 0.3, 'VRO')
})

t.test('both forms are told whichever is the value', async (t) => {
  const { detail } = score(F19, { form: 'vr' })
  near(t, detail!.vro as number, 0.3, 'VRO')
  t.match(detail, { kind: 'sample', variants: 3, distinct: 3 })
})

t.test('without cosines the words are compared', async (t) => {
  const words: Variations = {
    ...F19,
    similarity: null,
    answer: 'the cat',
    variants: [{ text: 'the dog', replacement: 'dog' }]
  }
  near(t, score(words, { distance: 'lexical', form: 'vro' }).value, 0.5, 'one word of two differs')
})

t.test('the order of drawn answers is irrelevant', async (t) => {
  const order = [0, 3, 1, 2]
  const other: Variations = {
    ...F19,
    variants: order.slice(1).map((i) => F19.variants[i - 1]!),
    similarity: order.map((i) => order.map((j) => F19.similarity![i]![j]!))
  }
  for (const form of ['vr', 'vro']) near(t, score(other, { form }).value, score(F19, { form }).value, form, 1e-12)
})

t.test('one other answer has a distance to the answer but none among themselves', async (t) => {
  const one: Variations = {
    ...F19,
    variants: F19.variants.slice(0, 1),
    similarity: [
      [1, 0.9],
      [0.9, 1]
    ]
  }
  near(t, score(one, { form: 'vro' }).value, 0.1, 'VRO')
  t.equal(score(one, { form: 'vro' }).detail!.vr, null)
  t.equal(
    reasonOf(() => score(one, { form: 'vr' })),
    'needs_two_samples'
  )
  t.equal(
    reasonOf(() => score({ ...F19, variants: [], similarity: [[1]] })),
    'needs_variants'
  )
})

t.test('a replaced token is shown with what it led to', async (t) => {
  const position = { index: 2, text: ' Par', entropy: 1.5, fellBack: true }
  const variants = [
    { text: 'It is Lyon', replacement: ' Lyon' },
    { text: 'It is Nice', replacement: ' Nice' }
  ]
  const { detail } = score({ ...F19, kind: 'max_diff', position, variants, similarity: null }, { kind: 'max_diff' })
  t.match(detail, {
    token: 2,
    token_text: ' Par',
    entropy: 1.5,
    fell_back_to_max_ent: true,
    replacements: [{ token: ' Lyon', answer: 'It is Lyon' }, { token: ' Nice' }]
  })
})
