import t from 'tap'
import selfEvaluation from '../../scorers/self_evaluation.js'
import type { SelfEvaluation } from '../../src/scorer.js'
import { reasonOf, run } from '../fixtures/evidence.js'
import { near } from '../fixtures/near.js'

const OPTIONS = [
  { text: 'Sydney', share: 2 / 3, holdsAnswer: false },
  { text: 'Canberra', share: 1 / 3, holdsAnswer: true }
]
const of = (more: Partial<SelfEvaluation>) => ({
  self_evaluation: { options: OPTIONS, readings: [], leftOut: 0, samples: 2, ...more }
})

t.test('the value is the mean probability of the answer over the orders, each rescaled', async (t) => {
  const readings = [
    [0.2, 0.6],
    [0.1, 0.1]
  ]
  const scored = run(selfEvaluation, of({ readings }))
  near(t, scored.value, (0.75 + 0.5) / 2, 'confidence')
  near(t, (scored.detail?.options as { probability: number }[])[0]!.probability, (0.25 + 0.5) / 2, 'confidence')
  t.equal(scored.detail?.orders, 2)
})

t.test('a letter that is always chosen says nothing of the answers', async (t) => {
  const readings = [
    [0.9, 0.1],
    [0.1, 0.9]
  ]
  near(t, run(selfEvaluation, of({ readings })).value, 0.5, 'confidence')
})

t.test('agreement of all samples is 1, with a warning that the model was not asked', async (t) => {
  const options = [{ text: 'Canberra', share: 1, holdsAnswer: true }]
  const { value, warnings } = run(selfEvaluation, of({ options }))
  t.equal(value, 1)
  t.same(
    warnings?.map(({ code }) => code),
    ['single_option']
  )
})

t.test('letters with little mass are warned of, without any there is no value', async (t) => {
  const low = run(
    selfEvaluation,
    of({
      readings: [
        [0.03, 0.01],
        [0.5, 0.5]
      ]
    })
  )
  t.same(
    low.warnings?.map(({ code }) => code),
    ['low_option_mass']
  )
  t.equal(
    reasonOf(() =>
      run(
        selfEvaluation,
        of({
          readings: [
            [0, 0],
            [0.5, 0.5]
          ]
        })
      )
    ),
    'no_option_mass'
  )
})

t.test('one sample is no choice', async (t) => {
  t.equal(
    reasonOf(() =>
      run(
        selfEvaluation,
        of({
          samples: 1,
          readings: [
            [0.5, 0.5],
            [0.5, 0.5]
          ]
        })
      )
    ),
    'needs_two_samples'
  )
})
