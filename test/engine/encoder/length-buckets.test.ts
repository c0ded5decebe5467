import t from 'tap'
import { LengthBuckets } from '../../../src/engine/encoder/length-buckets.js'
import type { BatchLimits } from '../../../src/engine/encoder/length-buckets.js'

interface Item {
  readonly name: string
  readonly paddedLength: number
}

function bucketsOf(limits: BatchLimits, ...items: readonly Item[]): LengthBuckets<Item> {
  const buckets = new LengthBuckets<Item>(limits)
  for (const item of items) buckets.add(item)
  return buckets
}

const short = (name: string): Item => ({ name, paddedLength: 8 })
const long = (name: string): Item => ({ name, paddedLength: 32 })
const names = (batch: readonly Item[]): string => batch.map((item) => item.name).join('')

t.test('a batch holds entries of one padded length, the oldest first', async (t) => {
  const mixed = [short('a'), long('b'), short('c'), long('d'), short('e')]
  const buckets = bucketsOf({ maxBatchTokens: 64, maxRows: 99 }, ...mixed)
  t.strictSame([names(buckets.cut()), names(buckets.cut()), names(buckets.cut())], ['ace', 'bd', ''])
})

t.test('a batch is cut where its padded tokens would exceed the limit', async (t) => {
  const buckets = bucketsOf({ maxBatchTokens: 31, maxRows: 99 }, short('a'), short('b'), short('c'), short('d'))
  t.strictSame([names(buckets.cut()), names(buckets.cut())], ['abc', 'd'])
})

t.test('an entry longer than the limit goes alone instead of waiting for ever', async (t) => {
  const buckets = bucketsOf({ maxBatchTokens: 31, maxRows: 99 }, long('a'), long('b'))
  t.strictSame([names(buckets.cut()), names(buckets.cut())], ['a', 'b'])
})

t.test('a limit of one row keeps entries apart', async (t) => {
  const buckets = bucketsOf({ maxBatchTokens: 1024, maxRows: 1 }, short('a'), short('b'))
  t.strictSame([names(buckets.cut()), names(buckets.cut())], ['a', 'b'])
})

t.test('a stream of one length does not starve an older entry of another', async (t) => {
  const buckets = bucketsOf({ maxBatchTokens: 8, maxRows: 99 }, short('a'), long('old'), short('b'))
  t.equal(names(buckets.cut()), 'a')
  buckets.add(short('c'))
  t.equal(names(buckets.cut()), 'old')
})

t.test('a removed entry is not cut and no longer counted', async (t) => {
  const [a, b] = [short('a'), short('b')]
  const buckets = bucketsOf({ maxBatchTokens: 64, maxRows: 99 }, a, b)
  t.equal(buckets.remove(a), true)
  t.equal(buckets.remove(a), false)
  t.equal(buckets.size, 1)
  t.equal(names(buckets.cut()), 'b')
  t.equal(buckets.size, 0)
})
