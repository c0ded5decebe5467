import t from 'tap'
import { readExamples } from '../../src/cli/read-examples.js'

const lines = (...values: unknown[]) => values.map((value) => JSON.stringify(value)).join('\n')

t.test('questions become conversations, requests stay as they are', async (t) => {
  const text = lines(
    { id: 'q1', question: 'Who?', answers: ['She'] },
    { question: 'Who?', answer: 'He', correct: false },
    { request: { prompt: 'Who?' }, correct: 0.7 }
  )
  t.same(readExamples(`\uFEFF${text}\n\n`, null), [
    { request: { messages: [{ role: 'user', content: 'Who?' }] }, answers: ['She'] },
    { request: { messages: [{ role: 'user', content: 'Who?' }], answer: 'He' }, correct: false },
    { request: { prompt: 'Who?' }, correct: 0.7 }
  ])
})

t.test('the system text goes before bare questions', async (t) => {
  const [example] = readExamples(lines({ question: 'Who?', correct: true }), 'Be brief.')
  t.same(example!.request['messages'], [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'Who?' }
  ])
})

t.test('the first line at fault is named', async (t) => {
  const good = { question: 'Who?', correct: true }
  for (const bad of [
    '{',
    '[]',
    lines({ question: 'Who?' }),
    lines({ question: 'Who?', correct: true, answers: ['x'] }),
    lines({ question: 'Who?', correct: 2 }),
    lines({ question: 'Who?', correct: 'yes' }),
    lines({ question: 'Who?', answers: [] }),
    lines({ question: 'Who?', answers: [''] }),
    lines({ question: '', correct: true }),
    lines({ correct: true }),
    lines({ request: 'Who?', correct: true })
  ]) {
    t.throws(() => readExamples(`${lines(good)}\n\n${bad}`, null), { name: 'ExamplesError', message: /^line 3: / }, bad)
  }
  t.throws(() => readExamples('\n', null), { message: 'there are no examples in it' })
})
