import fc from 'fast-check'
import t from 'tap'
import { rationale, type AnswerGroup } from '../../src/math/rationale.js'

const group = (text: string, share: number, holdsAnswer = false): AnswerGroup => ({ text, share, holdsAnswer })

t.test('shared words are told apart from those that differ', async (t) => {
  t.equal(
    rationale([group('The capital is Canberra', 0.7, true), group('The capital is Sydney', 0.3)]),
    'The samples agree on “the capital is” and differ in “Canberra” (70 %, with the answer) against “Sydney” (30 %).'
  )
})

t.test('groups without a common word are quoted whole, largest first', async (t) => {
  t.equal(
    rationale([group('Lyon', 0.4, true), group('Paris', 0.6)]),
    'The samples have no word in common and differ in “Paris” (60 %) against “Lyon” (40 %, with the answer).'
  )
})

t.test('a text without words of its own stands as it is', async (t) => {
  t.match(rationale([group('Paris', 0.6), group('Paris, France', 0.4)]), 'in “Paris” (60 %) against “France” (40 %)')
})

t.test('one group is agreement, with the answer or against it', async (t) => {
  t.equal(rationale([group('Paris', 1, true)], 'Paris'), 'All samples say “Paris”, as the answer does.')
  t.equal(rationale([group('Paris', 1)], 'Lyon'), 'All samples say “Paris”; none says what the answer says, “Lyon”.')
  t.equal(rationale([group('Paris', 1)]), 'All samples say “Paris”.')
})

t.test('an answer that no group holds is named', async (t) => {
  t.match(rationale([group('Paris', 0.5), group('Lyon', 0.5)], 'Nice'), /; none says what the answer says, “Nice”\.$/u)
})

t.test('small groups are counted', async (t) => {
  const groups = [group('a', 0.4), group('b', 0.3), group('c', 0.2), group('d', 0.06), group('e', 0.04)]
  t.match(rationale(groups), ', beside 2 smaller groups (10 %).')
})

t.test('scripts without spaces and long texts are quoted, at most 60 characters', async (t) => {
  t.match(rationale([group('首都は京都です', 0.6), group('首都は東京です', 0.4)]), '京都')
  t.match(rationale([group('x'.repeat(900), 1)]), `“${'x'.repeat(60)}…”`)
})

t.test('no samples are said to be none', async (t) => {
  t.equal(rationale([]), 'There are no samples to compare.')
})

t.test('any groups give one sentence that does not depend on their order', async () => {
  const any = fc.record({
    text: fc.string({ unit: 'grapheme' }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    holdsAnswer: fc.boolean()
  })
  fc.assert(
    fc.property(fc.uniqueArray(any, { selector: (each) => each.text, maxLength: 6 }), (groups) => {
      const said = rationale(groups)
      return said.endsWith('.') && said === rationale(groups.toReversed())
    })
  )
})
