import t from 'tap'
import { fieldsOf } from '../../src/scoring/fields.js'

const pairs = (text: string) => fieldsOf(text)?.map(({ path, text: value }) => [path, value]) ?? null

t.test('leaves come with their pointer and the span of their value', async (t) => {
  const text = '{"city": "Canberra", "facts": {"people": 456692, "capital": true}, "rivals": ["Sydney", null]}'
  t.same(pairs(text), [
    ['/city', 'Canberra'],
    ['/facts/people', '456692'],
    ['/facts/capital', 'true'],
    ['/rivals/0', 'Sydney'],
    ['/rivals/1', 'null']
  ])
  const [city] = fieldsOf(text)!
  t.equal(text.slice(city!.start, city!.end), 'Canberra')
})

t.test('a code fence around the document is passed over', async (t) => {
  const text = '```json\n{"a": "x"}\n```'
  const [field] = fieldsOf(text)!
  t.match(field, { path: '/a', text: 'x', start: 15, end: 16 })
})

t.test('empty values and odd keys are fields too', async (t) => {
  t.same(pairs('[[], {}, "", {"a/b~c": 1}]'), [
    ['/0', '[]'],
    ['/1', '{}'],
    ['/2', '""'],
    ['/3/a~1b~0c', '1']
  ])
})

t.test('what is no object or array has no fields', async (t) => {
  for (const text of ['', 'Canberra', '"Canberra"', '12', '{"a": 1', '{"a": 1,}', '{"a": 1} // so', '{"a": 1} {}']) {
    t.equal(pairs(text), null, text)
  }
})

t.test('a document that nests without end is not read', async (t) => {
  t.equal(pairs('['.repeat(60_000) + ']'.repeat(60_000)), null)
})

t.test('spans behind a fence stand where they do in the text, blank lines before it or not', async (t) => {
  const text = '\n \n```json  \n{"a": "x"}\n```\n'
  const [field] = fieldsOf(text)!
  t.equal(text.slice(field!.start, field!.end), 'x')
  t.equal(fieldsOf('```\n{"a": 1}'), null, 'a fence that is not closed')
  t.equal(fieldsOf('```\n```'), null, 'nothing in the fence')
})

t.test('a fence with a long run of spaces is no trouble', async (t) => {
  t.equal(fieldsOf('```\n' + ' '.repeat(300_000)), null)
})
