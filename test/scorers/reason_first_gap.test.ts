import t from 'tap'
import reasonFirstGap from '../../scorers/reason_first_gap.js'
import { reasonOf, run } from '../fixtures/evidence.js'
import { near } from '../fixtures/near.js'

const choices = ['Canberra', 'Sydney']

function evidence(direct: readonly number[], reasoned: readonly (readonly number[])[], answer: string | null = null) {
  const readings = reasoned.map((masses, i) => ({ reasoning: `Reason ${i}.`, masses }))
  return {
    options: { choices, answer, orders: [{ order: [0, 1], masses: direct }] },
    'options.reasoned': { choices, answer, readings }
  }
}

t.test('the gap is the marginal after reasoning less the direct probability', async (t) => {
  // After: .8 and .4, on average .6; before: .5 of .5 + .5
  const { value, detail } = run(
    reasonFirstGap,
    evidence(
      [0.25, 0.25],
      [
        [0.4, 0.1],
        [0.2, 0.3]
      ]
    ),
    {}
  )
  near(t, value, 0.1, 'value', 1e-12)
  t.match(detail, { option: 'A', votes: 0.5, reasonings: ['Reason 0.', 'Reason 1.'] })
})

t.test('reasoning that leads away from the answer gives a gap below zero', async (t) => {
  const { value, detail } = run(reasonFirstGap, evidence([0.9, 0], [[0, 0.9]]))
  t.equal(value, -1)
  t.equal(detail?.votes, 0)
})

t.test('the supplied answer is the one that is followed', async (t) => {
  near(t, run(reasonFirstGap, evidence([0.6, 0.2], [[0.2, 0.2]], 'Sydney')).value, 0.25, 'value', 1e-12)
  t.equal(
    reasonOf(() => run(reasonFirstGap, evidence([0.6, 0.2], [[0.2, 0.2]], 'Perth'))),
    'answer_not_an_option'
  )
})

t.test('a reasoning after which no label has mass leaves no marginal', async (t) => {
  t.equal(
    reasonOf(() =>
      run(
        reasonFirstGap,
        evidence(
          [0.6, 0.2],
          [
            [0.2, 0.2],
            [0, 0]
          ]
        )
      )
    ),
    'no_option_mass'
  )
})
