import t from 'tap'
import { rebuilds, spansOf, utf8 } from '../../src/evidence/alignment.js'

t.test('pieces rebuild a text when their bytes do', async (t) => {
  t.ok(rebuilds([utf8('Can'), utf8('berra')], 'Canberra'))
  t.ok(rebuilds([Uint8Array.of(0xf0, 0x9f), Uint8Array.of(0x98, 0x80)], '😀'))
  t.notOk(rebuilds([utf8('Can')], 'Canberra'), 'too short')
  t.notOk(rebuilds([utf8('Canberra'), utf8('!')], 'Canberra'), 'too long')
  t.notOk(rebuilds([utf8('canberra')], 'Canberra'), 'other letters')
})

t.test('spans count UTF-16 units', async (t) => {
  t.same(spansOf([4, 1, 3], '😀a€'), [
    { start: 0, end: 2 },
    { start: 2, end: 3 },
    { start: 3, end: 4 }
  ])
})

t.test('both halves of a split character cover the whole of it', async (t) => {
  t.same(spansOf([2, 2, 1], '😀!'), [
    { start: 0, end: 2 },
    { start: 0, end: 2 },
    { start: 2, end: 3 }
  ])
})

t.test('an empty piece has an empty span, also at the end', async (t) => {
  t.same(spansOf([1, 0, 1, 0], 'ab'), [
    { start: 0, end: 1 },
    { start: 1, end: 1 },
    { start: 1, end: 2 },
    { start: 2, end: 2 }
  ])
})

t.test('pieces beyond a text that was cut end with it', async (t) => {
  t.same(spansOf([2, 3], 'abc'), [
    { start: 0, end: 2 },
    { start: 2, end: 3 }
  ])
})

t.test('zero-width and right-to-left characters and lone surrogates keep their units', async (t) => {
  for (const text of ['a\u200bb', '\u202eabc', 'x\ud83dy']) {
    const counts = Array.from(text, (character) => utf8(character).length)
    t.ok(rebuilds([utf8(text)], text))
    t.equal(spansOf(counts, text).at(-1)!.end, text.length)
  }
})
