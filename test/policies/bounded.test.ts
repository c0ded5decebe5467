import t from 'tap'
import { mapBounded } from '../../src/policies/bounded.js'

const never = new AbortController().signal

t.test('results come in the order of the items, at most so many at once', async (t) => {
  let running = 0
  let most = 0
  const results = await mapBounded([5, 1, 4, 2, 3], 2, never, async (item) => {
    most = Math.max(most, ++running)
    for (let turn = 0; turn < item; turn++) await null
    running--
    return item * 10
  })
  t.same(results, [50, 10, 40, 20, 30])
  t.equal(most, 2)
})

t.test('the first failure is thrown, aborts the running and starts nothing more', async (t) => {
  const started: number[] = []
  const failure = new Error('second')
  await t.rejects(
    mapBounded([0, 1, 2, 3], 2, never, async (item, _, signal) => {
      started.push(item)
      if (item === 1) throw failure
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          reject(signal.reason as Error)
        })
      })
    }),
    failure
  )
  t.same(started, [0, 1])
})

t.test('an aborted caller stops the work with its reason', async (t) => {
  const controller = new AbortController()
  const started: number[] = []
  const gone = new Error('gone')
  await t.rejects(
    mapBounded([0, 1, 2], 1, controller.signal, async (item) => {
      started.push(item)
      controller.abort(gone)
    }),
    gone
  )
  t.same(started, [0])
})

t.test('nothing to do is nothing done', async (t) => {
  t.same(await mapBounded([], 4, never, async () => 1), [])
})
