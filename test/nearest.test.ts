import t from 'tap'
import { nearest, suggestion } from '../src/nearest.js'

t.test('a swapped pair of letters finds its word', async (t) => {
  t.equal(nearest('sampels', ['scorers', 'samples', 'sampling']), 'samples')
})

t.test('a word that is far from every candidate finds none', async (t) => {
  t.equal(nearest('temperature', ['samples', 'scorers']), null)
  t.equal(suggestion('temperature', ['samples', 'scorers']), '')
})

t.test('case does not count as an edit', async (t) => {
  t.equal(nearest('QUALM_PROT', ['qualm_port']), 'qualm_port')
})

t.test('a very long word is not compared at all', async (t) => {
  t.equal(nearest('a'.repeat(10_000), ['a']), null)
})
