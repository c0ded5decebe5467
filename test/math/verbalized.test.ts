import fc from 'fast-check'
import t from 'tap'
import { pieces } from '../../src/math/number-reading.js'
import { parseConfidence } from '../../src/math/verbalized.js'

type Row = readonly [string, 'percent' | 'unit', number | null]

function table(title: string, rows: readonly Row[]): void {
  t.test(title, async (t) => {
    for (const [reply, scale, wanted] of rows) t.equal(parseConfidence(reply, scale), wanted, JSON.stringify(reply))
  })
}

table('a labelled number is read by the scale that was asked for, never by its size', [
  ['Confidence: 90', 'percent', 0.9],
  ['Confidence: 0.9', 'unit', 0.9],
  ['Confidence: 1', 'percent', 0.01],
  ['Confidence: 1', 'unit', 1],
  ['Confidence: 90', 'unit', null]
])

table('a percent sign forces hundredths on either scale', [
  ['Confidence: 90%', 'unit', 0.9],
  ['Probability: 90 %', 'percent', 0.9],
  ['Confidence: 95 percent', 'unit', 0.95],
  ['confidence: fifty per cent', 'unit', 0.5],
  ['Confidence: 0.5%', 'unit', 0.005]
])

table('a first line that is nothing but a percentage is the answer, whatever is said after it', [
  ['100%\n\nThe answer is 100%\n\nThe answer is 100%', 'percent', 1],
  ['80 %\nLima was founded in 1535.', 'unit', 0.8],
  ['20%\nConfidence: 70%', 'percent', 0.7],
  ['80\nLima was founded in 1535.', 'percent', null],
  ['71% of the Earth is water\n80%', 'percent', null],
  ['180%\nThe answer is 180%', 'percent', null]
])

table('a percentage with the words of a scale behind it is a point on it, unless the reply holds other numbers', [
  ['The answer is 100% (certainly right)', 'percent', 1],
  ['The answer is 20 % (certainty).', 'unit', 0.2],
  ['From 0% (certainly wrong) to 100% (certainly right)', 'percent', null],
  ['There are 7 of them, 100% (certainly right)', 'percent', null],
  ['The answer is 71% (of the surface)', 'percent', null]
])

table('the last label that has a number wins', [
  ['Confidence: 20%\nOn reflection.\nConfidence: 70%', 'percent', 0.7],
  ['Probability: 0.9, Confidence: 0.8', 'unit', 0.8],
  ['Confidence: 90%. My confidence reflects many sources.', 'percent', 0.9],
  ['Confidence: 20%\nConfidence: 170%', 'percent', null]
])

table('decimal points and commas, bare fractions and signs are understood', [
  ['Confidence: 0,85', 'unit', 0.85],
  ['Confidence: .9', 'unit', 0.9],
  ['Confidence: 87,5 %', 'percent', 0.875],
  ['Confidence: +90%', 'percent', 0.9],
  ['Confidence: 0,950', 'unit', 0.95]
])

table('fractions mean what they say', [
  ['Confidence: 8/10', 'percent', 0.8],
  ['4 out of 5', 'unit', 0.8],
  ['Confidence: 85 / 100', 'unit', 0.85],
  ['nine in ten', 'percent', 0.9],
  ['Confidence: 5/0', 'percent', null],
  ['Confidence: 11/10', 'unit', null]
])

table('numbers in words are read from zero to one hundred', [
  ['ninety-five percent', 'percent', 0.95],
  ['Confidence: Ninety Five percent', 'unit', 0.95],
  ['Confidence: zero', 'percent', 0],
  ['Confidence: one hundred percent', 'unit', 1],
  ['a hundred', 'percent', 1],
  ['zero point nine five', 'unit', 0.95],
  ['Confidence: seventeen', 'percent', 0.17],
  ['Confidence: one hundred and five', 'percent', null],
  ['Confidence: one of the highest', 'unit', null],
  ['zero point', 'unit', null]
])

table('what lies outside [0, 1] is not stated, and is not clamped', [
  ['Confidence: 150%', 'percent', null],
  ['-5%', 'percent', null],
  ['Confidence: −5%', 'percent', null],
  ['1,000%', 'percent', null]
])

table('a range or a malformed number is no single value', [
  ['Confidence: 80-90%', 'percent', null],
  ['80 to 90%', 'percent', null],
  ['Confidence: between 80 and 90%', 'percent', null],
  ['9e-1', 'unit', null],
  ['Confidence: 0.9.1', 'unit', null]
])

table('a thought is not a statement', [
  ['<think>Confidence: 10%</think>Confidence: 70%', 'percent', 0.7],
  ['Confidence: 70% <think>or 10? Confidence: 10%</think>', 'percent', 0.7],
  ['<THINK>Confidence: 10%</THINK>', 'percent', null],
  ['Confidence: 70%\n<think>Confidence: 10%', 'percent', 0.7],
  ['maybe Confidence: 10%</think>70', 'percent', 0.7]
])

table('a reply without a label counts when it is little more than one number', [
  ['90', 'percent', 0.9],
  ['0.85.', 'unit', 0.85],
  ["I'd say about 85%", 'percent', 0.85],
  ['P(correct) = 0.85', 'unit', 0.85],
  ['There are 7 continents.', 'percent', null],
  ['The answer is 42', 'percent', null],
  ['90 95', 'percent', null],
  ['', 'percent', null],
  ['high', 'percent', null]
])

table('the number belongs to its label in running text, lists, markup and JSON', [
  ['The capital is Canberra. I am 90% confident.', 'percent', 0.9],
  ['**Confidence:** 95%', 'percent', 0.95],
  ['{"answer": "42", "confidence": 0.95}', 'unit', 0.95],
  ['## Confidence\n85', 'percent', 0.85],
  ['Confidence:\n\n85', 'percent', 0.85],
  ['Confidence (0-100): 85', 'percent', 0.85],
  ['Confidence: high (95%)', 'percent', 0.95],
  ['Probability that 7 is the largest: 0.6', 'unit', 0.6],
  ['My confidence is about 80 percent because of 3 sources', 'percent', 0.8],
  ['| Confidence | 90% |', 'percent', 0.9],
  ['Confidence: 90\nAnswer: 42', 'percent', 0.9],
  ['My confidence is high\n3 sources agree', 'percent', null],
  ['Confidence: none; 3 sources', 'percent', null]
])

t.test('only the last 2048 units of a long reply are read', async (t) => {
  t.equal(parseConfidence(`Confidence: 20% ${'so '.repeat(1000)}`, 'percent'), null)
  t.equal(parseConfidence(`${'so '.repeat(1000)} Confidence: 20%`, 'percent'), 0.2)
  t.equal(parseConfidence(`9${'0'.repeat(3000)}`, 'percent'), null)
})

t.test('any reply gives null or a number in [0, 1]', async () => {
  const parts = fc.array(
    fc.oneof(
      fc.constantFrom(
        'confidence',
        'probability',
        ':',
        '(',
        ')',
        '<think>',
        '</think>',
        'one',
        'hundred',
        'point',
        'out of',
        '/',
        '-',
        '%',
        '.',
        ',',
        '\n',
        ' ',
        '90',
        '0.5',
        'ninety'
      ),
      fc.string({ maxLength: 5 })
    ),
    { maxLength: 200 }
  )
  fc.assert(
    fc.property(parts, fc.constantFrom('percent' as const, 'unit' as const), (list, scale) => {
      const value = parseConfidence(list.join(''), scale)
      return value === null || (value >= 0 && value <= 1)
    }),
    { numRuns: 500 }
  )
})

t.test('each unit of a reply is cut into one piece at most, so that the work is linear', async (t) => {
  for (const unit of ['1', '1.', 'a', '(', 'confidence:', '1/', 'one point ', '<think>', '-', ' ', 'hundred and ']) {
    const reply = unit.repeat(Math.floor(2048 / unit.length))
    const joined = pieces(reply)
      .map(({ text }) => text)
      .join('')
    t.equal(joined, reply.replaceAll(' ', ''), JSON.stringify(unit))
    const value = parseConfidence(reply, 'percent')
    t.ok(value === null || (value >= 0 && value <= 1))
  }
})
