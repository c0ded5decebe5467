import t from 'tap'
import { CONFIDENCE_PHRASES, parsePhrase } from '../../src/math/linguistic.js'

const rows = (title: string, table: readonly (readonly [string, number | null])[]): void => {
  t.test(title, async (t) => {
    for (const [reply, wanted] of table) t.equal(parsePhrase(reply), wanted, JSON.stringify(reply))
  })
}

rows('the longest phrase is read, in any case', [
  ['Almost Certain', 0.95],
  ['highly likely.', 0.9],
  ['HIGHLY UNLIKELY', 0.05],
  ['Probably Not', 0.25],
  ['probably', 0.7],
  ['Unlikely', 0.2],
  ['almost  no\nchance', 0.02]
])

rows('phrases are whole words', [
  ['likelyhood', null],
  ['un-likely', null],
  ['Improbably', null],
  ['**Likely**', 0.7]
])

rows('the last phrase wins, and thoughts are not replies', [
  ['We believe it is unlikely', 0.2],
  ['Likely? No: about even.', 0.5],
  ['<think>almost certain</think>We doubt it', 0.2],
  ['<think>almost certain', null]
])

rows('a phrase that is negated in other words has no value', [
  ['It is not likely.', null],
  ["That isn't very likely", null],
  ['There is not a very good chance', null],
  ['', null],
  ['I do not know', null]
])

t.test('every phrase that is offered is read', async (t) => {
  for (const phrase of CONFIDENCE_PHRASES) t.type(parsePhrase(`${phrase}.`), 'number', phrase)
})
