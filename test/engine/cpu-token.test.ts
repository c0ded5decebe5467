import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import t from 'tap'
import { createCpuToken, forgetThread, withCpuToken } from '../../src/engine/cpu-token.js'
import type { TokenUser } from '../fixtures/workers/token-user.js'

const script = new URL('../fixtures/workers/token-user.js', import.meta.url)
const newLog = (): SharedArrayBuffer => new SharedArrayBuffer(4096)

function user(options: Partial<TokenUser> & Pick<TokenUser, 'token' | 'log' | 'name'>): Worker {
  return new Worker(script, { workerData: { turns: 100, dieInside: false, ...options } satisfies TokenUser })
}

t.test('without a token the function runs straight away', async (t) => {
  t.equal(await withCpuToken(null, async () => 7), 7)
})

t.test('the token is free again after the function has failed', async (t) => {
  const token = createCpuToken()
  await t.rejects(
    withCpuToken(token, async () => {
      throw new Error('run failed')
    }),
    { message: 'run failed' }
  )
  t.equal(await withCpuToken(token, async () => 7), 7)
})

t.test('only one thread at a time holds the token and all of them get their turns', async (t) => {
  const [token, log] = [createCpuToken(), newLog()]
  const users = [1, 2, 3].map((name) => user({ token, log, name }))
  await Promise.all(users.map((worker) => once(worker, 'exit')))
  const cells = new Int32Array(log)
  t.equal(cells[0], 300)
  t.equal(cells[2], 1)
})

t.test('a thread that comes back at once does not overtake the one that waits', async (t) => {
  const [token, log] = [createCpuToken(), newLog()]
  const users = await withCpuToken(token, async () => {
    const started = [1, 2].map((name) => user({ token, log, name }))
    const seated = (): boolean => new Int32Array(token).filter((cell) => cell !== 0).length === 4
    while (!seated()) await new Promise(setImmediate)
    return started
  })
  await Promise.all(users.map((worker) => once(worker, 'exit')))
  const turns = [...new Int32Array(log).subarray(3, 203)]
  const contested = turns.flatMap((name, i) => (name < 0 ? [{ name: -name, next: Math.abs(turns[i + 1]!) }] : []))
  t.ok(contested.length > 0)
  t.strictSame(
    contested.filter(({ name, next }) => name === next),
    []
  )
})

t.test('a holder that dies blocks the others only until it is forgotten', async (t) => {
  const [token, log] = [createCpuToken(), newLog()]
  const dying = user({ token, log, name: 1, dieInside: true })
  const { threadId } = dying
  await once(dying, 'exit')
  const waiting = user({ token, log, name: 2, turns: 3 })
  await once(waiting, 'online')
  t.equal(new Int32Array(log)[0], 1)
  forgetThread(token, threadId)
  await once(waiting, 'exit')
  t.equal(new Int32Array(log)[0], 4)
})

t.test('forgetting a thread that does not hold the token changes nothing', async (t) => {
  const token = createCpuToken()
  await withCpuToken(token, async () => {
    forgetThread(token, 999)
    t.not(new Int32Array(token)[0], 0)
  })
})
