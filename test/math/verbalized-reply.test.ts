import fc from 'fast-check'
import t from 'tap'
import type { Guess, VerbalizedStyle } from '../../src/scorer.js'
import { answerForSecondTry, parseReply, parseSecondTry } from '../../src/math/verbalized-reply.js'
import { near } from '../fixtures/near.js'

type Row = readonly [string, readonly Guess[]]
const guess = (answer: string, confidence: number): Guess => ({ answer, confidence })

function table(title: string, style: VerbalizedStyle, rows: readonly Row[]): void {
  t.test(title, async (t) => {
    for (const [reply, wanted] of rows) t.same(parseReply(style, reply, 'shown'), wanted, JSON.stringify(reply))
  })
}

table('an answer and its confidence are read from their labels, the last of each', 'vanilla', [
  ['Answer: Canberra\nConfidence: 90%', [guess('Canberra', 0.9)]],
  ['answer: Canberra, confidence: 90', [guess('Canberra', 0.9)]],
  ['**Answer:** "Canberra"\n**Confidence:** 90%', [guess('Canberra', 0.9)]],
  ['Answer: Sydney\nConfidence: 20%\nAnswer: Canberra\nConfidence: 70%', [guess('Canberra', 0.7)]],
  ['Final answer: 42 (confidence: 0%)', [guess('42', 0)]],
  ['<think>Answer: Perth\nConfidence: 1%</think>Answer: Canberra\nConfidence: 70%', [guess('Canberra', 0.7)]]
])

table('a reply without an answer or without a confidence is not read', 'vanilla', [
  ['Canberra, 90%', []],
  ['Answer: Canberra', []],
  ['Answer:\nConfidence: 90%', []],
  ['Answer: Canberra\nConfidence: 190%', []],
  ['Answer: Canberra\nConfidence: high', []],
  ['', []]
])

table('a chain of thought is read from its end', 'cot', [
  [
    'The seat of government moved in 1927.\nThe answer: no idea\nAnswer: Canberra\nConfidence: 85%',
    [guess('Canberra', 0.85)]
  ]
])

table('guesses are read with the probability of their number, in the order of their numbers', 'top_k', [
  ['G1: Canberra\nP1: 70%\nG2: Sydney\nP2: 20%', [guess('Canberra', 0.7), guess('Sydney', 0.2)]],
  ['G1: Canberra P1: 70% G2: Sydney P2: 20%', [guess('Canberra', 0.7), guess('Sydney', 0.2)]],
  ['**G1:** Canberra\n**P1:** 7\nG2: Sydney', [guess('Canberra', 0.07)]],
  ['P1: 70%\nG1: Canberra\nG3: Perth\nP3: 5%', [guess('Canberra', 0.7), guess('Perth', 0.05)]],
  ['G1: Canberra\nP2: 70%', []],
  ['Canberra 70%', []]
])

t.test('F20: the confidence of steps is their product .9 · .8 · .95', async (t) => {
  const reply =
    'Step 1: a. Confidence: 90%\nStep 2: b. Confidence: 80%\nStep 3: c. Confidence: 95%\nAnswer: d\nConfidence: 99%'
  const [read] = parseReply('multi_step', reply, 'shown')
  near(t, read!.confidence, 0.684, 'confidence')
  t.equal(read!.answer, 'd')
  t.same(read!.steps, [0.9, 0.8, 0.95])
})

table('a step without a confidence makes the product unknown', 'multi_step', [
  ['Step 1: a. Confidence: 90%\nStep 2: b.\nAnswer: d', []],
  ['Step 1: a. Confidence: 90%', []],
  ['Answer: d\nConfidence: 90%', []]
])

table('a number about the answer that was shown', 'two_stage', [
  ['85%', [guess('shown', 0.85)]],
  ['fairly', []]
])

table('a phrase about the answer that was shown', 'linguistic', [
  ['Highly likely', [guess('shown', 0.9)]],
  ['85%', []]
])

t.test('a second try is about the answer shown or the answer labelled; lists have none', async (t) => {
  t.equal(answerForSecondTry('two_stage', 'fairly', 'shown'), 'shown')
  t.equal(answerForSecondTry('vanilla', 'Answer: Canberra', 'shown'), 'Canberra')
  t.equal(answerForSecondTry('vanilla', 'It is Canberra.', 'shown'), 'It is Canberra.')
  t.equal(answerForSecondTry('vanilla', 'Canberra.\nIt lies inland.', 'shown'), null)
  t.equal(answerForSecondTry('vanilla', 'x'.repeat(201), 'shown'), null)
  t.equal(answerForSecondTry('cot', 'Canberra', 'shown'), null)
  t.equal(answerForSecondTry('top_k', 'G1: Canberra', 'shown'), null)
  t.same(parseSecondTry('vanilla', '90', 'Canberra'), [guess('Canberra', 0.9)])
  t.same(parseSecondTry('linguistic', 'likely', 'Canberra'), [guess('Canberra', 0.7)])
  t.same(parseSecondTry('cot', 'no', 'Canberra'), [])
})

t.test('any reply gives guesses with a text and a confidence in [0, 1]', async () => {
  const part = fc.oneof(
    fc.constantFrom(
      'Answer:',
      'G1:',
      'P1:',
      'G2:',
      'P2:',
      'Step 1:',
      'Step 2:',
      'Confidence:',
      '90%',
      '0.5',
      '\n',
      ' ',
      '*',
      'x'
    ),
    fc.string({ maxLength: 4 })
  )
  const styles = fc.constantFrom<VerbalizedStyle[]>('vanilla', 'cot', 'top_k', 'multi_step', 'two_stage', 'linguistic')
  fc.assert(
    fc.property(fc.array(part, { maxLength: 60 }), styles, (parts, style) =>
      parseReply(style, parts.join(''), 'shown').every(
        ({ answer, confidence }) => answer !== '' && confidence >= 0 && confidence <= 1
      )
    ),
    { numRuns: 500 }
  )
})
