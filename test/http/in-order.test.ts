import t from 'tap'
import { inOrder } from '../../src/http/in-order.js'

/** A promise that the test settles. */
function deferred<T>() {
  let resolve!: (value: T) => void
  const promise = new Promise<T>((done) => {
    resolve = done
  })
  return { promise, resolve }
}

async function* from<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items
}

async function collect<T>(answers: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = []
  for await (const answer of answers) collected.push(answer)
  return collected
}

t.test('answers come in the order of the items, whichever is done first', async (t) => {
  const gates = [deferred<string>(), deferred<string>(), deferred<string>()]
  const all = collect(inOrder(from([0, 1, 2]), 3, (i) => gates[i]!.promise))
  gates[2]!.resolve('c')
  gates[1]!.resolve('b')
  gates[0]!.resolve('a')
  t.same(await all, ['a', 'b', 'c'])
})

t.test('never more than the allowed number run at once', async (t) => {
  let running = 0
  let most = 0
  const work = async (): Promise<void> => {
    most = Math.max(most, ++running)
    await new Promise(setImmediate)
    running--
  }
  await collect(inOrder(from(Array.from({ length: 20 }, (_, i) => i)), 4, work))
  t.equal(most, 4)
})

t.test('an answer does not wait for the next item to arrive', async (t) => {
  const late = deferred<undefined>()
  async function* slow(): AsyncGenerator<number> {
    yield 1
    await late.promise
    yield 2
  }
  const answers = inOrder(slow(), 4, async (i) => i * 10)
  t.same(await answers.next(), { value: 10, done: false })
  late.resolve(undefined)
  t.same(await answers.next(), { value: 20, done: false })
  t.same(await answers.next(), { value: undefined, done: true })
})

t.test('nobody taking answers stops the pulling of items', async (t) => {
  let pulled = 0
  async function* endless(): AsyncGenerator<number> {
    for (;;) yield ++pulled
  }
  const answers = inOrder(endless(), 3, async (i) => i)
  await answers.next()
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate)
  t.ok(pulled <= 5, `pulled ${pulled}`)
  await answers.return(undefined)
})

t.test('a source that breaks off ends the answers with its error', async (t) => {
  async function* broken(): AsyncGenerator<number> {
    yield 1
    throw new Error('broken off')
  }
  await t.rejects(collect(inOrder(broken(), 2, async (i) => i)), { message: 'broken off' })
})
