import t from 'tap'
import { isFunctionWord } from '../../src/math/function-words.js'

t.test('words of grammar are told from words that state something', async (t) => {
  for (const word of ['the', 'The', 'of the', 'it’s']) t.equal(isFunctionWord(word), true, word)
  for (const word of ['Canberra', 'of Canberra', '', 'の']) t.equal(isFunctionWord(word), false, word)
})

t.test('a claim can hang on a negation, a yes or a quantity', async (t) => {
  for (const word of ['not', 'no', 'yes', 'never', 'all', 'some', "isn't"]) t.equal(isFunctionWord(word), false, word)
})
