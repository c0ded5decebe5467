import { chmod, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createClient } from '@libsql/client'
import t, { type Test } from 'tap'
import type { Store } from '../../../src/store/store.js'
import { NOTE, note, NOW } from '../../fixtures/notes.js'
import * as sides from '../../fixtures/sides.js'

const FILE = 'qualm.db'
const STORE_ERROR = { code: 'QUALM_ERR_STORE', status: 503 }

const opened = (t: Test, dir = t.testdir(), busyWaitMs?: number) => sides.opened(t, dir, busyWaitMs)
const put = async (store: Store, text = 'text') => store.collection(NOTE).create('a', note({ text }), NOW)
const get = async (store: Store, version: number | null = null) => store.collection(NOTE).get('a', version)
const list = async (store: Store) => store.collection(NOTE).list()

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

t.test('a write waits for the lock of another process and then goes through', async (t) => {
  const dir = t.testdir()
  const store = await opened(t, dir)
  const other = createClient({ url: pathToFileURL(join(dir, FILE)).href })
  t.teardown(() => other.close())
  const lock = await other.transaction('write')
  const writing = put(store)
  t.equal(await get(store), null, 'reads go on meanwhile')
  await lock.commit()
  t.match(await writing, { version: 1 })
  t.equal(store.problem(), null)
})

t.test('a lock that is never released is a coded error that says to try again', async (t) => {
  const dir = t.testdir()
  const store = await opened(t, dir, 30)
  const other = createClient({ url: pathToFileURL(join(dir, FILE)).href })
  t.teardown(() => other.close())
  const lock = await other.transaction('write')
  await t.rejects(put(store), { ...STORE_ERROR, message: /locked/, retryAfterSeconds: 1 })
  t.match(store.problem(), /locked/)
  await lock.rollback()
  t.match(await put(store), { version: 1 })
  t.equal(store.problem(), null)
})

t.test('a corrupt file does not stop the service: it is told, refused and opened again once repaired', async (t) => {
  const dir = t.testdir({ [FILE]: 'this was a database once. '.repeat(400) })
  const store = await opened(t, dir)
  t.match(store.problem(), /not a usable database/)
  await t.rejects(get(store), { ...STORE_ERROR, message: /backup/ })
  await t.rejects(put(store), STORE_ERROR)
  t.match(await readFile(join(dir, FILE), 'utf8'), /once/, 'the file is left as it is')
  await rm(join(dir, FILE))
  t.match(await put(store), { version: 1 })
  t.equal(store.problem(), null)
})

t.test('a data folder that cannot be made is told and refused', async (t) => {
  const dir = t.testdir({ file: 'not a folder' })
  const store = await opened(t, join(dir, 'file', 'data'))
  t.match(store.problem(), /data folder/)
  await t.rejects(list(store), STORE_ERROR)
  await rm(join(dir, 'file'))
  t.same(await list(store), [])
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
  await put(store)
  await rename(join(dir, FILE), join(dir, 'elsewhere.db'))
  await t.rejects(get(store), { ...STORE_ERROR, message: /removed or replaced/ })
  t.match(store.problem(), /removed or replaced/)
})

t.test('a file that is replaced while in use is read afresh', async (t) => {
  const root = t.testdir({ live: {}, spare: {} })
  const [live, spare] = [join(root, 'live'), join(root, 'spare')]
  const [store, other] = [await opened(t, live), await opened(t, spare)]
  await put(store, '1')
  await get(store, 1)
  await put(other, '2')
  await other.close()
  await Promise.all((await readdir(live)).map((file) => rm(join(live, file))))
  await Promise.all((await readdir(spare)).map((file) => rename(join(spare, file), join(live, file))))
  await t.rejects(get(store, 1), STORE_ERROR)
  t.equal((await get(store, 1))!.body.text, '2')
})

t.test('a folder that may only be read is told, refused, and used again once it may be written', async (t) => {
  const dir = t.testdir()
  const first = await opened(t, dir)
  await put(first)
  await first.close()
  await restricted(dir, async () => {
    const store = await opened(t, dir)
    await t.rejects(put(store), STORE_ERROR)
    t.match(store.problem(), /data folder/)
  })
  const store = await opened(t, dir)
  t.match(await put(store), { version: 2 })
})

t.test('an empty folder that may not be written is told and refused', async (t) => {
  const dir = t.testdir({ data: {} })
  await restricted(join(dir, 'data'), async () => {
    const store = await opened(t, join(dir, 'data'))
    t.match(store.problem(), /data folder/)
    await t.rejects(put(store), STORE_ERROR)
  })
})

t.test('a check tells of a lock and of a folder that may not be written before anybody writes', async (t) => {
  const dir = t.testdir()
  const store = await opened(t, dir, 0)
  const other = createClient({ url: pathToFileURL(join(dir, FILE)).href })
  t.teardown(() => other.close())
  const lock = await other.transaction('write')
  await store.check()
  t.match(store.problem(), /locked/)
  await lock.rollback()
  await store.check()
  t.equal(store.problem(), null)
  await restricted(dir, async () => {
    const reader = await opened(t, dir)
    await reader.check()
    t.match(reader.problem(), /data folder/)
  })
})

t.test('a check tells of a file that was removed, and does not put an empty one in its place', async (t) => {
  const dir = t.testdir()
  const store = await opened(t, dir)
  await put(store)
  await rename(join(dir, FILE), join(dir, 'elsewhere.db'))
  await store.check()
  t.match(store.problem(), /removed or replaced/)
  t.notOk((await readdir(dir)).includes(FILE))
})
