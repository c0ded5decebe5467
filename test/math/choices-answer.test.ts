import t from 'tap'
import { matchOption } from '../../src/math/choices-answer.js'

const CITIES = ['Canberra', 'Sydney', 'Perth']
const indexOf = (answer: string, choices: readonly string[] = CITIES): number | null =>
  matchOption(answer, choices)?.index ?? null

t.test('labels in every usual dress name their option', async (t) => {
  const dresses = ['B', 'b', 'B)', '(B)', 'B.', ' (b). ', '**B**', 'Answer: B', 'The answer is (B).', 'B) Sydney']
  for (const dress of [...dresses, '(B) Sydney', 'The correct option is B: Sydney', 'B. It is a harbour town.']) {
    t.same(matchOption(dress, CITIES), { index: 1, by: 'label' }, dress)
  }
})

t.test('the text of an option names it, whatever its case and signs', async (t) => {
  for (const text of ['Sydney', ' sydney. ', '"SYDNEY"']) t.same(matchOption(text, CITIES), { index: 1, by: 'text' })
})

t.test('the only option whose words stand in the answer is meant', async (t) => {
  t.same(matchOption('It is Sydney, of course', CITIES), { index: 1, by: 'containment' })
  t.equal(indexOf('Sydney or Perth'), null)
  t.equal(indexOf('Sydneyside'), null)
})

t.test('of options inside each other the widest is meant', async (t) => {
  t.equal(indexOf('in New South Wales today', ['Wales', 'New South Wales', 'South Wales']), 1)
})

t.test('an answer inside a single option means that option', async (t) => {
  t.equal(indexOf('Kotte', ['Sri Jayawardenapura Kotte', 'Colombo']), 0)
  t.equal(indexOf('New', ['New York', 'New Delhi']), null)
})

t.test('a label before the text of another option is a contradiction', async (t) => {
  t.equal(indexOf('A) Sydney'), null)
})

t.test('a letter beyond the options, an article and an empty answer name nothing', async (t) => {
  for (const answer of ['D', '(Z)', 'A town', '', '   ', '!']) t.equal(indexOf(answer), null, answer)
})

t.test('an answer that is the text of one option and the label of another is ambiguous', async (t) => {
  t.equal(indexOf('A', ['B', 'A']), null)
  t.equal(indexOf('A', ['A', 'B']), 0)
  t.equal(indexOf('(A) B', ['B', 'A']), 0)
})

t.test('options that differ only in signs or case are told apart by their exact text', async (t) => {
  t.equal(indexOf('C++', ['C', 'C++', 'C#']), 1)
  t.equal(indexOf('+', ['-', '+']), 1)
  t.equal(indexOf('kelvin', ['Kelvin', 'kelvin']), 1)
  t.equal(indexOf('KELVIN', ['Kelvin', 'kelvin']), null)
})

t.test('options in other scripts are found in running text', async (t) => {
  t.equal(indexOf('答えは東京です', ['大阪', '東京']), 1)
})

t.test('a label may stand after spaces and a colon, and a long run of spaces is no trouble', async (t) => {
  t.same(matchOption('The answer is  :  B', ['x', 'y']), { index: 1, by: 'label' })
  t.equal(matchOption(`answer${' '.repeat(300_000)}!`, ['x', 'y']), null)
})
