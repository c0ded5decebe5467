import t from 'tap'
import { Batcher } from '../../../src/engine/encoder/batcher.js'
import type { BatchModel } from '../../../src/engine/encoder/batcher.js'
import type { Sequence } from '../../../src/engine/encoder/sequence.js'

interface Result {
  readonly from: number
}

/** A model whose input is a number, which is its only token; runs wait until they are let go. */
class HeldModel implements BatchModel<number, Result> {
  readonly resultBytes = 1
  readonly batches: number[][] = []
  readonly #held: ((error?: Error) => void)[] = []

  key(input: number): string {
    return String(input)
  }

  encode(input: number): Sequence {
    if (input < 0) throw new RangeError('negative')
    return { ids: [input], types: [0], paddedLength: 8, truncated: false }
  }

  async run(batch: readonly Sequence[]): Promise<readonly Result[]> {
    const inputs = batch.map((sequence) => sequence.ids[0]!)
    this.batches.push(inputs)
    await new Promise<void>((resolve, reject) => {
      this.#held.push((error) => {
        if (error === undefined) resolve()
        else reject(error)
      })
    })
    return inputs.map((from) => ({ from }))
  }

  /** Ends the run in flight, after waiting for it to begin, and lets its answers out. */
  async finish(error?: Error): Promise<void> {
    while (this.#held.length === 0) await nextTurn()
    this.#held.shift()!(error)
    await nextTurn()
  }
}

interface Outcome {
  readonly settled: Promise<readonly Result[]>
  readonly cancel: () => void
}

function submit(batcher: Batcher<number, Result>, inputs: readonly number[]): Outcome {
  let cancel = (): void => undefined
  const settled = new Promise<readonly Result[]>((resolve, reject) => {
    const done = resolve as (value: unknown) => void
    const handle = batcher.submit(inputs, { partial: () => undefined, done, fail: reject })
    cancel = () => {
      handle.cancel()
    }
  })
  return { settled, cancel }
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
const LIMITS = { maxBatchTokens: 32, maxRows: 99, cacheBytes: 1000 }

function held(limits = LIMITS): { readonly model: HeldModel; readonly batcher: Batcher<number, Result> } {
  const model = new HeldModel()
  return { model, batcher: new Batcher(model, limits) }
}

t.test('results come in the order of the inputs, whatever the batches', async (t) => {
  const { model, batcher } = held()
  const { settled } = submit(batcher, [5, 4, 3, 2, 1, 5])
  await model.finish()
  await model.finish()
  t.strictSame(
    (await settled).map((result) => result.from),
    [5, 4, 3, 2, 1, 5]
  )
  t.strictSame(model.batches, [[5, 4, 3, 2], [1]])
})

t.test('jobs that arrive together share a batch', async (t) => {
  const { model, batcher } = held()
  const [first, second] = [submit(batcher, [1]), submit(batcher, [2])]
  await model.finish()
  await Promise.all([first.settled, second.settled])
  t.strictSame(model.batches, [[1, 2]])
})

t.test('what arrives during a run waits for the next batch', async (t) => {
  const { model, batcher } = held()
  const first = submit(batcher, [1])
  await nextTurn()
  const second = submit(batcher, [2])
  t.match(batcher.stats(), { running: 1, waiting: 1 })
  await model.finish()
  await model.finish()
  await Promise.all([first.settled, second.settled])
  t.strictSame(model.batches, [[1], [2]])
  t.match(batcher.stats(), { running: 0, waiting: 0 })
})

t.test('equal inputs are computed once: within a job, while they run, and afterwards', async (t) => {
  const { model, batcher } = held()
  const first = submit(batcher, [1, 1])
  await nextTurn()
  const second = submit(batcher, [1])
  await model.finish()
  await Promise.all([first.settled, second.settled])
  t.strictSame(await submit(batcher, [1]).settled, [{ from: 1 }])
  t.strictSame(model.batches, [[1]])
  t.match(batcher.stats(), { cacheMisses: 1, cacheHits: 3 })
})

t.test('remembered results are bounded', async (t) => {
  const { model, batcher } = held({ ...LIMITS, cacheBytes: 3 })
  for (const input of [1, 2, 1]) {
    const { settled } = submit(batcher, [input])
    await model.finish()
    await settled
  }
  t.strictSame(model.batches, [[1], [2], [1]])
})

t.test('cancelling drops what nobody else wants and is not running yet', async (t) => {
  const { model, batcher } = held()
  submit(batcher, [1])
  await nextTurn()
  const leaving = submit(batcher, [2, 3])
  const staying = submit(batcher, [3])
  leaving.cancel()
  t.match(batcher.stats(), { waiting: 1, cancelled: 1 })
  await model.finish()
  await model.finish()
  await staying.settled
  t.strictSame(model.batches, [[1], [3]])
})

t.test('a dropped input can be asked for again', async (t) => {
  const { model, batcher } = held()
  submit(batcher, [1])
  await nextTurn()
  submit(batcher, [2]).cancel()
  const again = submit(batcher, [2])
  await model.finish()
  await model.finish()
  t.strictSame(await again.settled, [{ from: 2 }])
})

t.test('cancelling after the answer counts nothing', async (t) => {
  const { model, batcher } = held()
  const job = submit(batcher, [1])
  await model.finish()
  await job.settled
  job.cancel()
  t.equal(batcher.stats().cancelled, 0)
})

t.test('a run that fails fails its jobs and nothing else', async (t) => {
  const { model, batcher } = held({ ...LIMITS, maxRows: 1 })
  const [broken, fine] = [submit(batcher, [1, 3]), submit(batcher, [2])]
  const refused = t.rejects(broken.settled, { message: 'run failed' })
  await model.finish(new Error('run failed'))
  await refused
  await model.finish()
  t.strictSame(await fine.settled, [{ from: 2 }])
  t.strictSame(model.batches, [[1], [2]])
})

t.test('a failed input is computed anew when it is asked for again', async (t) => {
  const { model, batcher } = held()
  const broken = submit(batcher, [1])
  const refused = t.rejects(broken.settled, { message: 'run failed' })
  await model.finish(new Error('run failed'))
  await refused
  const again = submit(batcher, [1])
  await model.finish()
  t.strictSame(await again.settled, [{ from: 1 }])
})

t.test('an empty job is answered at once', async (t) => {
  t.strictSame(await submit(held().batcher, []).settled, [])
})

t.test('closing waits for the running batch and starts no other', async (t) => {
  const { model, batcher } = held({ ...LIMITS, maxRows: 1 })
  submit(batcher, [1, 2])
  await nextTurn()
  const closed = batcher.close()
  await model.finish()
  await closed
  t.strictSame(model.batches, [[1]])
})
