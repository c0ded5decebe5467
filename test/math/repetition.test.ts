import t from 'tap'
import { isLoop, repeatedShare } from '../../src/math/repetition.js'
import { near } from '../fixtures/near.js'

t.test('the share of phrases that occurred before', async (t) => {
  near(t, repeatedShare('a b c d '.repeat(10)), 1 - 4 / 37, '4 of 37 phrases are new', 1e-12)
  t.equal(repeatedShare(Array.from({ length: 100 }, (_, i) => `w${i}`).join(' ')), 0)
})

t.test('a short text is no loop, even one that repeats a word', async (t) => {
  t.equal(isLoop('no, no, no, no!'), false)
  t.equal(isLoop(''), false)
})

t.test('loops are found in other scripts, in signs and in very long texts', async (t) => {
  t.equal(isLoop('東京です。'.repeat(30)), true)
  t.equal(isLoop('👍 '.repeat(50)), true)
  t.equal(isLoop('the same again '.repeat(1400)), true)
})

t.test('prose that comes back to its subject is no loop', async (t) => {
  const text =
    'Canberra is the capital of Australia. It was chosen as a compromise between Sydney and Melbourne, the two largest ' +
    'cities. The capital of Australia was planned by an American architect, and it is the seat of the government.'
  t.equal(isLoop(text), false)
})
