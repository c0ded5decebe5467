import t from 'tap'
import agreement from '../../scorers/prompt_agreement.js'
import { reasonOf, run, textSample } from '../fixtures/evidence.js'

const scored = (answer: string, replies: readonly string[]) =>
  run(agreement, {
    formats: { answer, question: 'What is the capital of Australia?', replies: replies.map(textSample) }
  })

t.test('an answer that two of four replies repeat is half uncertain', async (t) => {
  const replies = ['Canberra', 'The capital of Australia is Sydney.', 'It is Canberra, in Australia.', 'Melbourne']
  t.equal(scored('The capital is Canberra.', replies).value, 0.5)
})

t.test('replies that restate the question are no agreement', async (t) => {
  t.equal(scored('Canberra', ['The capital of Australia', 'Australia']).value, 1)
})

t.test('the detail tells what was looked for and what came back', async (t) => {
  t.match(scored('Canberra', ['Canberra', 'Sydney']).detail, { words: ['canberra'], shares: [1, 0] })
})

t.test('an answer without words and a question without replies have no value', async (t) => {
  t.equal(
    reasonOf(() => scored('', ['Canberra'])),
    'empty_answer'
  )
  t.equal(
    reasonOf(() => scored('Canberra', [])),
    'needs_replies'
  )
})
