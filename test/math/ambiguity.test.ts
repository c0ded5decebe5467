import t from 'tap'
import { listedAnswers, splitByLists, type AmbiguitySplit } from '../../src/math/ambiguity.js'
import { near } from '../fixtures/near.js'

const LN2 = Math.LN2

t.test('what one reply lists is the question, where replies differ the model', async (t) => {
  const same = splitByLists([
    ['red', 'blue'],
    ['blue', 'red']
  ])
  near(t, same.data, LN2, 'data')
  near(t, same.model, 0, 'model')
  const apart = splitByLists([['red'], ['blue']])
  near(t, apart.data, 0, 'data')
  near(t, apart.model, LN2, 'model')
  const partly = splitByLists([
    ['red', 'blue'],
    ['red', 'green']
  ])
  near(t, partly.total, 0.5 * LN2 + 0.5 * Math.log(4), 'shares of a half and two quarters')
  near(t, partly.data, LN2, 'two each')
})

t.test('the parts are never negative and make the whole', async (t) => {
  const splits: AmbiguitySplit[] = [
    splitByLists([['a'], ['a', 'b', 'c'], ['d', 'd']]),
    splitByLists([
      ['a', 'b'],
      ['c', 'd', 'e']
    ]),
    splitByLists([['a']])
  ]
  for (const { total, data, model } of splits) {
    t.ok(data >= 0 && model >= 0)
    near(t, data + model, total, 'whole')
  }
})

t.test('lists are read in the forms in which models write them', async (t) => {
  t.same(listedAnswers('red, blue and yellow.'), ['red', 'blue', 'yellow'])
  t.same(listedAnswers('The primary colours are: red; blue; yellow'), ['red', 'blue', 'yellow'])
  t.same(listedAnswers('They are:\n1. Red\n2) Blue\n- Yellow'), ['Red', 'Blue', 'Yellow'])
  t.same(listedAnswers('Red\nBlue'), ['Red', 'Blue'])
  t.same(listedAnswers('Canberra'), ['Canberra'])
  t.same(listedAnswers(''), [''])
})

t.test('a sentence with clauses is one answer', async (t) => {
  const text = 'It was founded in 1913, although the parliament only moved there in 1927.'
  t.same(listedAnswers(text), [text])
})
