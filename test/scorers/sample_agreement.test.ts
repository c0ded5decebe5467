import t from 'tap'
import agreement from '../../scorers/sample_agreement.js'
import { answer, reasonOf, run, textSample, token } from '../fixtures/evidence.js'

const scored = (question: string | null, text: string, samples: readonly string[]) =>
  run(agreement, { question, answer: answer([token(1, { text })]), samples: samples.map(textSample) })
const asked = 'What is the capital of Australia?'

t.test('a sentence that restates the question agrees only where it answers', async (t) => {
  const samples = ['The capital of Australia is Sydney.', 'Canberra', 'The capital is Canberra.', 'Melbourne']
  const { value, detail } = scored(asked, 'The capital of Australia is Canberra.', samples)
  t.equal(value, 0.5)
  t.match(detail, { words: ['canberra'], shares: [0, 1, 1, 0], restates: false })
})

t.test('part of a longer answer counts in part', async (t) => {
  t.equal(scored('Who was first on the moon?', 'Neil Armstrong', ['Louis Armstrong', 'Neil Armstrong']).value, 0.25)
})

t.test('an answer that adds nothing is compared with samples that add nothing', async (t) => {
  const { value, warnings } = scored('What is 26 minus 6?', '26', ['26', '20', '6'])
  t.equal(value.toFixed(6), (2 / 3).toFixed(6))
  t.match(warnings, [{ code: 'answer_restates' }])
})

t.test('a label before the answer is no part of it, and case is none either', async (t) => {
  t.equal(scored(asked, 'Answer: Canberra', ['canberra', 'CANBERRA.']).value, 0)
})

t.test('other scripts and answers of signs alone are compared', async (t) => {
  t.equal(scored('日本の首都は？', '東京', ['東京', '大阪']).value, 0.5)
  t.equal(scored(null, '👍', ['👍', '👎']).value, 0.5)
})

t.test('nothing to compare, or nothing to look for, has no value', async (t) => {
  t.equal(
    reasonOf(() => scored(asked, 'Canberra', [])),
    'needs_samples'
  )
  t.equal(
    reasonOf(() => scored(asked, ' ', ['Canberra'])),
    'empty_answer'
  )
})

t.test('a 20 000-character answer is compared by its first thousand words', async (t) => {
  const long = Array.from({ length: 4000 }, (_, i) => `w${i}`).join(' ')
  t.equal(scored(asked, long, [long, 'no']).value, 0.5)
})
