import t from 'tap'
import { answerKey, containsAnswer, sameAnswer } from '../../src/math/answer-match.js'

t.test('case, punctuation, articles and compatibility forms do not tell answers apart', async (t) => {
  t.equal(answerKey('The  Capital, is: Canberra!'), 'capital is canberra')
  t.ok(sameAnswer('Canberra', 'canberra.'))
  t.ok(sameAnswer('Ｃanberra', 'Canberra'))
})

t.test('one answer within the other as whole words is the same answer', async (t) => {
  t.ok(sameAnswer('Canberra', 'The capital of Australia is Canberra.'))
  t.ok(sameAnswer('It is 42', '42'))
  t.notOk(sameAnswer('42', '142'))
  t.notOk(sameAnswer('Rome', 'Romeo'))
  t.notOk(sameAnswer('Canberra', 'Sydney'))
})

t.test('what holds no words still has a key of its own', async (t) => {
  t.ok(sameAnswer('?!', '?!'))
  t.notOk(sameAnswer('?!', '!'))
  t.ok(sameAnswer('the', 'The'))
  t.notOk(sameAnswer('', 'Paris'))
  t.ok(sameAnswer('京都', '京都。'))
})

t.test('an answer is right when it contains an accepted answer as whole words', async (t) => {
  t.equal(containsAnswer('It is Canberra.', ['Canberra']), true)
  t.equal(containsAnswer('the Carbon  dioxide!', ['oxygen', 'carbon dioxide']), true)
  t.equal(containsAnswer('It is 83.', ['83']), true)
  t.equal(containsAnswer('Salem', ['Al']), false)
  t.equal(containsAnswer('183', ['83']), false)
  t.equal(containsAnswer('Canberra', ['Canberra City']), false)
  t.equal(containsAnswer('', ['Canberra']), false)
  t.equal(containsAnswer('Canberra', []), false)
})

t.test('an accepted answer without a word is never contained', async (t) => {
  t.equal(containsAnswer('', ['']), false)
  t.equal(containsAnswer('Canberra', [' ', '']), false)
})

t.test('an option named by an article is found', async (t) => {
  t.equal(containsAnswer('A', ['A']), true)
  t.equal(containsAnswer('B', ['A']), false)
})
