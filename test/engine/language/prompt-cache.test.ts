import t from 'tap'
import { PromptCache } from '../../../src/engine/language/prompt-cache.js'
import { bytesPerToken, Slab } from '../../../src/engine/language/slab.js'
import { SHAPE } from './scripted-decoder.js'

const cached = (ids: readonly number[]) => ({ ids, slab: new Slab(SHAPE, 1, ids.length) })
const tokens = (count: number, first: number) => Array.from({ length: count }, (_, at) => first + at)

t.test('the entry with the longest shared prefix is found', async (t) => {
  const cache = new PromptCache(1_000_000)
  const [short, long] = [cached([1, 2, 3, 9]), cached([1, 2, 3, 4, 5, 9])]
  for (const prompt of [long, short, cached([2, 3, 4])]) cache.add(prompt)
  const found = cache.longestPrefix([1, 2, 3, 4, 5, 6, 7], 7)
  t.equal(found?.prompt, long)
  t.equal(found?.length, 5)
})

t.test('no more than the limit is taken from an entry', async (t) => {
  const cache = new PromptCache(1_000_000)
  cache.add(cached([1, 2, 3, 4]))
  t.equal(cache.longestPrefix([1, 2, 3, 4], 2)?.length, 2)
})

t.test('hits and misses are counted', async (t) => {
  const cache = new PromptCache(1_000_000)
  cache.add(cached([1, 2, 3]))
  t.equal(cache.longestPrefix([5, 6], 2), null)
  t.ok(cache.longestPrefix([1, 6], 2))
  t.strictSame([cache.hits, cache.misses], [1, 1])
})

t.test('the byte budget holds, and the least recently used prompt goes first', async (t) => {
  const size = 10 * bytesPerToken(SHAPE)
  const cache = new PromptCache(3 * size)
  const [first, second, third, fourth] = [tokens(10, 100), tokens(10, 200), tokens(10, 300), tokens(10, 400)]
  for (const ids of [first, second, third]) cache.add(cached(ids))
  t.equal(cache.bytes, 3 * size)
  t.ok(cache.longestPrefix(first, 10), 'the oldest is used once more')
  cache.add(cached(fourth))
  t.equal(cache.bytes, 3 * size)
  t.equal(cache.longestPrefix(second, 10), null)
  for (const ids of [first, third, fourth]) t.equal(cache.longestPrefix(ids, 10)?.length, 10)
})

t.test('a prompt larger than the budget is not kept and pushes nothing out', async (t) => {
  const cache = new PromptCache(20 * bytesPerToken(SHAPE))
  cache.add(cached(tokens(10, 0)))
  cache.add(cached(tokens(30, 100)))
  t.equal(cache.longestPrefix(tokens(30, 100), 30), null)
  t.equal(cache.longestPrefix(tokens(10, 0), 10)?.length, 10)
})

t.test('a budget of nothing keeps nothing', async (t) => {
  const cache = new PromptCache(0)
  cache.add(cached([1, 2, 3]))
  t.equal(cache.longestPrefix([1, 2, 3], 3), null)
  t.equal(cache.bytes, 0)
})
