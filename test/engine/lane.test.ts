import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import type { Test } from 'tap'
import { createLane } from '../../src/engine/lane.js'
import type { Lane } from '../../src/engine/lane-contract.js'
import type { EchoJob } from '../fixtures/workers/echo.js'
import { workerSettings } from '../fixtures/worker-settings.js'

const workerUrl = new URL('../fixtures/workers/echo.js', import.meta.url)
const forever = { signal: new AbortController().signal }

function echoLane(t: Test, { location = 'echo', perMinute = 5 } = {}): Lane {
  const settings = workerSettings({ location })
  const restarts = { firstDelayMs: 1, perMinute }
  const lane = createLane({ role: 'language', id: 'echo', source: 'local', workerUrl, settings, restarts })
  t.teardown(() => lane.close())
  return lane
}

const submit = (lane: Lane, job: EchoJob, options = forever): Promise<unknown> => lane.submit(job, options)

t.test('a job sent while the model loads is answered once it is ready', async (t) => {
  const lane = echoLane(t)
  t.equal(lane.info().state, 'loading')
  t.equal(await submit(lane, { kind: 'echo', value: 7 }), 7)
  t.match(lane.info(), { id: 'echo', state: 'ready', problem: null, digest: 'd', contextTokens: 8 })
})

t.test('typed arrays arrive as they were', async (t) => {
  const value = Float32Array.of(1, -0.5)
  t.strictSame(await submit(echoLane(t), { kind: 'echo', value }), value)
})

t.test('partial results arrive in order before the answer', async (t) => {
  const seen: unknown[] = []
  const lane = echoLane(t)
  const done = await lane.submit({ kind: 'partials', count: 3 }, { ...forever, onPartial: (value) => seen.push(value) })
  t.strictSame([...seen, done], [0, 1, 2, 3])
})

t.test('a listener that throws fails its own job only', async (t) => {
  const lane = echoLane(t)
  const onPartial = (): void => {
    throw new Error('listener')
  }
  await t.rejects(lane.submit({ kind: 'partials', count: 1 }, { ...forever, onPartial }), { message: 'listener' })
  t.equal(await submit(lane, { kind: 'echo', value: 1 }), 1)
})

t.test('a coded error keeps its code, message and extra members across the thread', async (t) => {
  const expected = { code: 'QUALM_ERR_PROMPT_TOO_LONG', status: 422, message: 'too long', extra: { limit: 8 } }
  await t.rejects(submit(echoLane(t), { kind: 'refuse' }), expected)
})

t.test('an unexpected error in the worker becomes a 503 that hides its text from the caller', async (t) => {
  const expected = { code: 'QUALM_ERR_MODEL_FAILED', status: 503, message: 'The model failed on this request.' }
  const error = await submit(echoLane(t), { kind: 'throw', message: 'secret' }).catch((reason: unknown) => reason)
  t.match(error, { ...expected, cause: { message: /secret/ } })
})

t.test('an answer that cannot cross the thread is an error, not silence', async (t) => {
  await t.rejects(submit(echoLane(t), { kind: 'unclonable' }), { code: 'QUALM_ERR_MODEL_FAILED' })
})

t.test('an abort rejects at once with its reason and reaches the worker', async (t) => {
  const lane = echoLane(t)
  await lane.ready()
  const controller = new AbortController()
  const held = submit(lane, { kind: 'hold' }, { signal: controller.signal })
  const reason = new Error('client gone')
  controller.abort(reason)
  await t.rejects(held, reason)
  await submit(lane, { kind: 'echo', value: 0 })
  t.match(lane.stats(), { cancelled: 1, running: 0 })
})

t.test('an aborted signal keeps the job from being sent', async (t) => {
  const lane = echoLane(t)
  await t.rejects(submit(lane, { kind: 'die' }, { signal: AbortSignal.abort(new Error('late')) }), { message: 'late' })
  t.equal(await submit(lane, { kind: 'echo', value: 1 }), 1)
})

for (const kind of ['die', 'leave'] as const) {
  t.test(`when the worker does "${kind}", open jobs get a 503 and a replacement serves`, async (t) => {
    const lane = echoLane(t)
    await lane.ready()
    const held = submit(lane, { kind: 'hold' })
    const fatal = submit(lane, { kind })
    const expected = { code: 'QUALM_ERR_MODEL_FAILED', status: 503, retryAfterSeconds: 1 }
    await Promise.all([t.rejects(held, expected), t.rejects(fatal, expected)])
    t.equal(await submit(lane, { kind: 'echo', value: 'back' }), 'back')
    t.equal(lane.stats().restarts, 1)
    t.equal(lane.info().state, 'ready')
  })
}

t.test('counters outlive the worker that counted', async (t) => {
  const lane = echoLane(t)
  await submit(lane, { kind: 'echo', value: 1 })
  await submit(lane, { kind: 'die' }).catch(() => undefined)
  await submit(lane, { kind: 'echo', value: 1 })
  t.equal(lane.stats().runs['echo']?.count, 2)
})

t.test('a worker that keeps dying is given up and says so', async (t) => {
  const lane = echoLane(t, { location: 'crash', perMinute: 2 })
  await t.rejects(submit(lane, { kind: 'echo', value: 1 }), { code: 'QUALM_ERR_MODEL_FAILED' })
  await lane.ready()
  t.match(lane.info(), { state: 'failed', problem: /kept failing.*died while loading/ })
  await t.rejects(submit(lane, { kind: 'echo', value: 1 }), { code: 'QUALM_ERR_MODEL_UNAVAILABLE', status: 503 })
})

t.test('a model that does not load fails with its problem and answers 503', async (t) => {
  const lane = echoLane(t, { location: 'broken' })
  const early = submit(lane, { kind: 'echo', value: 1 })
  await t.rejects(early, { code: 'QUALM_ERR_MODEL_UNAVAILABLE' })
  await lane.ready()
  t.match(lane.info(), { state: 'failed', problem: 'Model x has no config.json.' })
  await t.rejects(submit(lane, { kind: 'echo', value: 1 }), { code: 'QUALM_ERR_MODEL_UNAVAILABLE' })
})

t.test('closing rejects open jobs and refuses new ones', async (t) => {
  const lane = echoLane(t)
  await lane.ready()
  const held = submit(lane, { kind: 'hold' })
  const closed = lane.close()
  await t.rejects(held, { code: 'QUALM_ERR_DRAINING' })
  await closed
  await t.rejects(submit(lane, { kind: 'echo', value: 1 }), { code: 'QUALM_ERR_DRAINING' })
  t.equal(lane.close(), closed)
})

t.test('closing while the model loads waits for it and ends', async (t) => {
  const lane = echoLane(t)
  await lane.close()
  await lane.ready()
  t.pass('nothing hangs')
})

t.test('closing while native runs are in flight ends the process by itself with code 0', async (t) => {
  const script = fileURLToPath(new URL('../fixtures/close-while-busy.js', import.meta.url))
  const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  const [code, killedBy] = (await once(child, 'close')) as [number | null, string | null]
  t.strictSame([code, killedBy], [0, null])
  t.match(output, /QUALM_ERR_DRAINING/)
})
