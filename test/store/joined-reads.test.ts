import t from 'tap'
import { JoinedReads } from '../../src/store/joined-reads.js'

/** Reads that end when the test says so; each tells its number. */
function reads() {
  const ends: { resolve: (value: number) => void; reject: (error: Error) => void }[] = []
  const work = (): Promise<number> => new Promise((resolve, reject) => ends.push({ resolve, reject }))
  return { ends, work, joined: new JoinedReads<number>() }
}

t.test('whoever asks while a read runs shares one that begins after the question', async (t) => {
  const { ends, work, joined } = reads()
  const first = joined.read('a', work)
  const later = [joined.read('a', work), joined.read('a', work)]
  t.equal(ends.length, 1)
  ends[0]!.resolve(0)
  t.equal(await first, 0)
  t.equal(ends.length, 2)
  const last = joined.read('a', work)
  ends[1]!.resolve(1)
  t.same(await Promise.all(later), [1, 1])
  t.equal(ends.length, 3)
  ends[2]!.resolve(2)
  t.equal(await last, 2)
})

t.test('nothing is kept once it was read, and different things do not wait for each other', async (t) => {
  const { ends, work, joined } = reads()
  const both = [joined.read('a', work), joined.read('b', work)]
  t.equal(ends.length, 2)
  ends[1]!.resolve(1)
  ends[0]!.resolve(0)
  t.same(await Promise.all(both), [0, 1])
  const again = joined.read('a', work)
  t.equal(ends.length, 3)
  ends[2]!.resolve(2)
  t.equal(await again, 2)
})

t.test('a read that fails fails those who share it and no others', async (t) => {
  const { ends, work, joined } = reads()
  const first = joined.read('a', work)
  const next = joined.read('a', work)
  ends[0]!.reject(new Error('away'))
  await t.rejects(first, { message: 'away' })
  ends[1]!.resolve(1)
  t.equal(await next, 1)
})
