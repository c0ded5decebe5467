import { chmod, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createClient } from '@libsql/client'
import t, { type Test } from 'tap'
import { openStore } from '../../src/store/store.js'
import { draft } from '../policies/drafts.js'

const FILE = 'qualm.db'
const STORE_ERROR = { code: 'QUALM_ERR_STORE', status: 503 }

async function opened(t: Test, dir = t.testdir(), busyWaitMs = 5_000) {
  const store = await openStore(dir, { busyWaitMs })
  t.teardown(() => store.close())
  return store
}

const SOMEBODY = 65_534

/** Runs `work` while `dir` is read-only, as somebody to whom file modes apply. */
async function restricted(dir: string, work: () => Promise<void>): Promise<void> {
  const isRoot = process.geteuid!() === 0
  await chmod(dir, 0o555)
  if (isRoot) process.seteuid!(SOMEBODY)
  try {
    await work()
  } finally {
    if (isRoot) process.seteuid!(0)
    await chmod(dir, 0o755)
  }
}

t.test('a policy comes back as it was put, to the last digit', async (t) => {
  const store = await opened(t)
  t.equal(store.problem(), null)
  t.equal(await store.putPolicy(draft()), 1)
  t.strictSame(await store.getPolicy('support-bot', null), { ...draft(), version: 1 })
})

t.test('the same name again is a new version, and the old one stays', async (t) => {
  const store = await opened(t)
  await store.putPolicy(draft({ threshold: 1 }))
  t.equal(await store.putPolicy(draft({ threshold: 2 })), 2)
  t.equal((await store.getPolicy('support-bot', 1))!.threshold, 1)
  t.equal((await store.getPolicy('support-bot', null))!.threshold, 2)
})

t.test('a name or version that was never put is null', async (t) => {
  const store = await opened(t)
  await store.putPolicy(draft())
  t.equal(await store.getPolicy('support-bot', 2), null)
  t.equal(await store.getPolicy('other', null), null)
})

t.test('the list has the newest version of every name, without calibration scores', async (t) => {
  const store = await opened(t)
  const puts = [
    ['b', 1],
    ['a', 2],
    ['b', 3]
  ] as const
  for (const [name, threshold] of puts) await store.putPolicy(draft({ name, threshold }))
  const list = await store.listPolicies()
  t.same(
    list.map(({ name, version, threshold }) => [name, version, threshold]),
    [
      ['a', 1, 2],
      ['b', 2, 3]
    ]
  )
  t.notOk('calibration' in list[0]!)
})

t.test('a deleted version number is not given again', async (t) => {
  const store = await opened(t)
  await store.putPolicy(draft())
  await store.putPolicy(draft())
  t.equal(await store.deletePolicy('support-bot', 2), 1)
  t.equal((await store.getPolicy('support-bot', null))!.version, 1)
  t.equal(await store.deletePolicy('support-bot', null), 1)
  t.equal(await store.getPolicy('support-bot', 1), null)
  t.equal(await store.deletePolicy('support-bot', null), 0)
  t.equal(await store.putPolicy(draft()), 3)
})

t.test('reopening keeps every row', async (t) => {
  const dir = t.testdir()
  const first = await opened(t, dir)
  await first.putPolicy(draft())
  await first.close()
  const second = await opened(t, dir)
  t.strictSame(await second.getPolicy('support-bot', 1), { ...draft(), version: 1 })
})

t.test('two stores on one file share rows and never give one version twice', async (t) => {
  const dir = t.testdir()
  const stores = await Promise.all([opened(t, dir), opened(t, dir)])
  const versions = await Promise.all(Array.from({ length: 20 }, (_, i) => stores[i % 2]!.putPolicy(draft())))
  t.same(
    [...versions].sort((a, b) => a - b),
    Array.from({ length: 20 }, (_, i) => i + 1)
  )
  t.equal((await stores[0]!.getPolicy('support-bot', null))!.version, 20)
  await stores[0]!.deletePolicy('support-bot', 20)
  t.equal(await stores[1]!.getPolicy('support-bot', 20), null, 'a cached row that another store deleted is gone')
})

t.test('a write waits for the lock of another process and then goes through', async (t) => {
  const dir = t.testdir()
  const store = await opened(t, dir)
  const other = createClient({ url: pathToFileURL(join(dir, FILE)).href })
  t.teardown(() => other.close())
  const lock = await other.transaction('write')
  const put = store.putPolicy(draft())
  t.equal(await store.getPolicy('support-bot', null), null, 'reads go on meanwhile')
  await lock.commit()
  t.equal(await put, 1)
  t.equal(store.problem(), null)
})

t.test('a lock that is never released is a coded error that says to try again', async (t) => {
  const dir = t.testdir()
  const store = await opened(t, dir, 30)
  const other = createClient({ url: pathToFileURL(join(dir, FILE)).href })
  t.teardown(() => other.close())
  const lock = await other.transaction('write')
  await t.rejects(store.putPolicy(draft()), { ...STORE_ERROR, message: /locked/, retryAfterSeconds: 1 })
  t.match(store.problem(), /locked/)
  await lock.rollback()
  t.equal(await store.putPolicy(draft()), 1)
  t.equal(store.problem(), null)
})

t.test('a corrupt file does not stop the service: it is told, refused and opened again once repaired', async (t) => {
  const dir = t.testdir({ [FILE]: 'this was a database once. '.repeat(400) })
  const store = await opened(t, dir)
  t.match(store.problem(), /not a usable database/)
  await t.rejects(store.getPolicy('support-bot', null), { ...STORE_ERROR, message: /backup/ })
  await t.rejects(store.putPolicy(draft()), STORE_ERROR)
  t.match(await readFile(join(dir, FILE), 'utf8'), /once/, 'the file is left as it is')
  await rm(join(dir, FILE))
  t.equal(await store.putPolicy(draft()), 1)
  t.equal(store.problem(), null)
})

t.test('a data folder that cannot be made is told and refused', async (t) => {
  const dir = t.testdir({ file: 'not a folder' })
  const store = await opened(t, join(dir, 'file', 'data'))
  t.match(store.problem(), /data folder/)
  await t.rejects(store.listPolicies(), STORE_ERROR)
  await rm(join(dir, 'file'))
  t.same(await store.listPolicies(), [])
  t.equal(store.problem(), null)
})

t.test('the message of a failed store names no path of the machine', async (t) => {
  const dir = t.testdir({ [FILE]: 'x'.repeat(5000), folder: { [FILE]: {} } })
  for (const place of [dir, join(dir, 'folder')]) {
    const store = await opened(t, place)
    t.notOk(store.problem()!.includes(dir))
  }
})

t.test('a file that is removed while in use is noticed, and not silently replaced', async (t) => {
  const dir = t.testdir()
  const store = await opened(t, dir)
  await store.putPolicy(draft())
  await rename(join(dir, FILE), join(dir, 'elsewhere.db'))
  await t.rejects(store.getPolicy('support-bot', null), { ...STORE_ERROR, message: /removed or replaced/ })
  t.match(store.problem(), /removed or replaced/)
})

t.test('a file that is replaced while in use is read afresh', async (t) => {
  const root = t.testdir({ live: {}, spare: {} })
  const [live, spare] = [join(root, 'live'), join(root, 'spare')]
  const [store, other] = [await opened(t, live), await opened(t, spare)]
  await store.putPolicy(draft({ threshold: 1 }))
  await store.getPolicy('support-bot', 1)
  await other.putPolicy(draft({ threshold: 2 }))
  await other.close()
  await Promise.all((await readdir(live)).map((file) => rm(join(live, file))))
  await Promise.all((await readdir(spare)).map((file) => rename(join(spare, file), join(live, file))))
  await t.rejects(store.getPolicy('support-bot', 1), STORE_ERROR)
  t.equal((await store.getPolicy('support-bot', 1))!.threshold, 2)
})

t.test('a store of a newer version is refused instead of being changed', async (t) => {
  const dir = t.testdir()
  await (await opened(t, dir)).close()
  const client = createClient({ url: pathToFileURL(join(dir, FILE)).href })
  await client.execute('INSERT INTO migrations (step) VALUES (999)')
  client.close()
  const store = await opened(t, dir)
  t.match(store.problem(), /newer version/)
  await t.rejects(store.putPolicy(draft()), STORE_ERROR)
})

t.test('a failed migration leaves nothing behind', async (t) => {
  const dir = t.testdir()
  const client = createClient({ url: pathToFileURL(join(dir, FILE)).href })
  await client.execute('CREATE TABLE policies (something_else TEXT)')
  const store = await opened(t, dir)
  await t.rejects(store.putPolicy(draft()), STORE_ERROR)
  const tables = await client.execute("SELECT name FROM sqlite_master WHERE name IN ('migrations', 'policy_names')")
  t.same(tables.rows, [])
  client.close()
})

t.test('a closed store refuses calls', async (t) => {
  const store = await opened(t)
  await store.close()
  await t.rejects(store.listPolicies(), { ...STORE_ERROR, message: /closed/ })
})

t.test('a folder that may only be read serves reads and refuses writes', async (t) => {
  const dir = t.testdir()
  const first = await opened(t, dir)
  await first.putPolicy(draft())
  await first.close()
  await restricted(dir, async () => {
    const store = await opened(t, dir)
    await t.rejects(store.putPolicy(draft()), STORE_ERROR)
    t.match(store.problem(), /data folder/)
  })
  const store = await opened(t, dir)
  t.equal(await store.putPolicy(draft()), 2, 'writable again')
})

t.test('an empty folder that may not be written is told and refused', async (t) => {
  const dir = t.testdir({ data: {} })
  await restricted(join(dir, 'data'), async () => {
    const store = await opened(t, join(dir, 'data'))
    t.match(store.problem(), /data folder/)
    await t.rejects(store.putPolicy(draft()), STORE_ERROR)
  })
})
