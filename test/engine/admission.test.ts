import t from 'tap'
import { createAdmission, type Admission, type AdmissionSettings, type Release } from '../../src/engine/admission.js'
import { QualmError } from '../../src/errors.js'
import { createManualClock, type ManualClock } from '../fixtures/manual-clock.js'

interface Setup {
  readonly clock: ManualClock
  readonly gate: Admission
  readonly ask: (options?: { costMs?: number; deadlineMs?: number | null; signal?: AbortSignal }) => Promise<Release>
}

function setup(settings: Partial<AdmissionSettings> = {}): Setup {
  const clock = createManualClock()
  const gate = createAdmission({ maxActive: 1, queueLimit: 2, now: clock.now, after: clock.after, ...settings })
  return {
    clock,
    gate,
    ask: (options) => gate.acquire({ signal: new AbortController().signal, costMs: 100, deadlineMs: null, ...options })
  }
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'none',
    (error: unknown) => (error instanceof QualmError ? error.code : String(error))
  )
}

t.test('requests beyond the active and waiting places are refused at once', async (t) => {
  const { gate, ask } = setup({ maxActive: 4, queueLimit: 16 })
  const all = Array.from({ length: 200 }, () => ask())
  t.match(gate.stats(), { active: 4, waiting: 16, rejected: 180 }, 'decided before anything was awaited')
  const refused = await Promise.all(all.slice(20).map(codeOf))
  t.ok(refused.every((code) => code === 'QUALM_ERR_QUEUE_FULL'))
})

t.test('a refusal says when to come back', async (t) => {
  const { ask } = setup({ queueLimit: 0 })
  await ask({ costMs: 4200 })
  const error: unknown = await ask().catch((error: unknown) => error)
  t.match(error, { code: 'QUALM_ERR_QUEUE_FULL', status: 503, retryAfterSeconds: 5 })
})

t.test('waiting requests are admitted first come, first served', async (t) => {
  const { ask } = setup()
  const first = await ask()
  const order: string[] = []
  const second = ask().then((release) => {
    order.push('second')
    return release
  })
  const third = ask().then((release) => {
    order.push('third')
    return release
  })
  first()
  ;(await second)()
  await third
  t.same(order, ['second', 'third'])
})

t.test('releasing twice gives one place back', async (t) => {
  const { gate, ask } = setup()
  const release = await ask()
  const waiting = [ask(), ask()]
  release()
  release()
  t.match(gate.stats(), { active: 1, waiting: 1 })
  await waiting[0]
})

t.test('a wait that is predicted to outlast the deadline is refused at once', async (t) => {
  const { gate, ask } = setup()
  await ask({ costMs: 500 })
  t.equal(await codeOf(ask({ deadlineMs: 499 })), 'QUALM_ERR_QUEUE_FULL')
  void ask({ deadlineMs: 500 })
  t.equal(gate.stats().waiting, 1)
})

t.test('time that a running request has spent counts against the predicted wait', async (t) => {
  const { clock, gate, ask } = setup()
  await ask({ costMs: 500 })
  clock.advance(300)
  void ask({ deadlineMs: 200 })
  t.equal(gate.stats().waiting, 1)
})

t.test('the prediction follows how long requests really take', async (t) => {
  const { clock, ask } = setup()
  const slow = await ask({ costMs: 100 })
  clock.advance(600)
  slow()
  await ask({ costMs: 100 })
  t.equal(await codeOf(ask({ deadlineMs: 190 })), 'QUALM_ERR_QUEUE_FULL', 'one fifth of the way from 100 to 600 is 200')
})

t.test('a cheap request that took long does not make dear ones look hopeless', async (t) => {
  const { clock, gate, ask } = setup()
  for (let round = 0; round < 10; round++) {
    for (const [costMs, tookMs] of [
      [2, 200],
      [1000, 1000]
    ] as const) {
      const release = await ask({ costMs })
      clock.advance(tookMs)
      release()
    }
  }
  await ask({ costMs: 1000 })
  void ask({ deadlineMs: 5000 })
  t.equal(gate.stats().waiting, 1)
})

t.test('a request that waits past its deadline is told so and leaves', async (t) => {
  const { clock, gate, ask } = setup()
  await ask({ costMs: 10 })
  const late = codeOf(ask({ deadlineMs: 1000 }))
  clock.advance(1000)
  t.equal(await late, 'QUALM_ERR_QUEUE_TIMEOUT')
  t.match(gate.stats(), { waiting: 0, timedOut: 1, rejected: 0 })
})

t.test('an admitted request has no timer left', async (t) => {
  const { clock, ask } = setup()
  const first = await ask()
  const second = ask({ deadlineMs: 1000 })
  first()
  await second
  t.equal(clock.pending, 0)
})

t.test('a caller that leaves frees its place in the queue at once', async (t) => {
  const { gate, ask } = setup()
  await ask()
  const controller = new AbortController()
  const gone = ask({ signal: controller.signal })
  controller.abort(new Error('gone'))
  t.equal(gate.stats().waiting, 0)
  await t.rejects(gone, { message: 'gone' })
})

t.test('a caller that has left already is not admitted', async (t) => {
  const { gate, ask } = setup()
  await t.rejects(ask({ signal: AbortSignal.abort(new Error('gone')) }), { message: 'gone' })
  t.equal(gate.stats().active, 0)
})

t.test('waits are measured and told', async (t) => {
  const told: number[] = []
  const { clock, gate, ask } = setup({ onWait: (waitMs) => told.push(waitMs) })
  const first = await ask()
  const second = ask()
  clock.advance(40)
  first()
  await second
  t.same(gate.stats().waitMs, [0, 40])
  t.same(told, [0, 40])
})
