import t from 'tap'
import {
  containmentDistances,
  cosineDistances,
  exactDistances,
  lexicalDistances,
  variationRatio,
  variationRatioToFirst
} from '../../src/math/variation.js'
import { near } from '../fixtures/near.js'

t.test('the worked example F19 comes out', async (t) => {
  // The answer at place 0, three others with pairwise distances .2 .6 .4.
  const distances = [
    [0, 0.1, 0.3, 0.5],
    [0.1, 0, 0.2, 0.6],
    [0.3, 0.2, 0, 0.4],
    [0.5, 0.6, 0.4, 0]
  ]
  near(t, variationRatio(distances.slice(1).map((row) => row.slice(1))), 0.4, 'VR')
  near(t, variationRatioToFirst(distances), 0.3, 'VRO')
})

t.test('a cosine below zero is as far as can be', async (t) => {
  t.same(
    cosineDistances([
      [1, -0.4],
      [-0.4, 1]
    ]),
    [
      [0, 1],
      [1, 0]
    ]
  )
})

t.test('a short answer lies in a long one by containment, not by ROUGE-L', async (t) => {
  const texts = ['Canberra', 'The capital is Canberra.', 'Sydney']
  t.same(containmentDistances(texts)[0], [0, 0, 1])
  near(t, lexicalDistances(texts)[0]![1]!, 1 - 2 / 5, 'ROUGE-L of one word of four')
})

t.test('an empty text is far from every other by containment', async (t) => {
  t.same(containmentDistances(['', 'word', ''])[0], [0, 1, 0])
})

t.test('exact distances see through white space and a final full stop only', async (t) => {
  t.same(exactDistances(['Paris', ' Paris. ', 'paris'])[0], [0, 0, 1])
})
