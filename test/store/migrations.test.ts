import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createClient } from '@libsql/client'
import t, { type Test } from 'tap'
import { POLICY_KIND, storedPolicy } from '../../src/policies/kind.js'
import { digestOf } from '../../src/store/digest.js'
import { NOTE, note, NOW } from '../fixtures/notes.js'
import { PostgresServer, withoutPostgres } from '../fixtures/postgres.js'
import { opened } from '../fixtures/sides.js'
import { draft } from '../policies/drafts.js'

const STORE_ERROR = { code: 'QUALM_ERR_STORE', status: 503 }
const NEWER = /newer version/

function file(t: Test, dir: string) {
  const client = createClient({ url: pathToFileURL(join(dir, 'qualm.db')).href })
  t.teardown(() => client.close())
  return client
}

/** A file as the first version left it: versions 1 and 2 of one policy, of three that were given. */
async function firstFile(t: Test, dir: string): Promise<void> {
  const client = file(t, dir)
  const { calibration, ...document } = draft({ direction: 'higher_is_more_certain', threshold: -0.7 })
  const statements = [
    'CREATE TABLE migrations (step INTEGER PRIMARY KEY) STRICT',
    'INSERT INTO migrations VALUES (1)',
    'CREATE TABLE policy_names (name TEXT PRIMARY KEY, last_version INTEGER NOT NULL) STRICT',
    `CREATE TABLE policies (
      name TEXT NOT NULL, version INTEGER NOT NULL, document TEXT NOT NULL, calibration TEXT NOT NULL,
      PRIMARY KEY (name, version)) STRICT`,
    "INSERT INTO policy_names VALUES ('support-bot', 3)"
  ]
  for (const statement of statements) await client.execute(statement)
  for (const version of [1, 2]) {
    const args = ['support-bot', version, JSON.stringify(document), JSON.stringify(calibration)]
    await client.execute({ sql: 'INSERT INTO policies VALUES (?, ?, ?, ?)', args })
  }
  client.close()
}

t.test('policies of the first version are moved as they were, with their versions', async (t) => {
  const dir = t.testdir()
  await firstFile(t, dir)
  const store = await opened(t, dir)
  t.equal(store.problem(), null)
  const policies = store.collection(POLICY_KIND)
  const expected = draft({ direction: 'higher_is_more_certain', threshold: -0.7 })
  t.strictSame(storedPolicy((await policies.get('support-bot', null))!), { ...expected, version: 2 })
  t.strictSame(storedPolicy((await policies.get('support-bot', 1))!), { ...expected, version: 1 })
  t.equal((await policies.create('support-bot', expected, NOW)).version, 4, 'the removed version stays used')
  for (const document of await store.dump({ kinds: [POLICY_KIND], name: null, version: null })) {
    t.equal(digestOf(document), document.digest, `version ${document.version}`)
  }
})

t.test('two stores that find an old file move it once', async (t) => {
  const dir = t.testdir()
  await firstFile(t, dir)
  const [one, two] = await Promise.all([opened(t, dir), opened(t, dir)])
  t.same([one.problem(), two.problem()], [null, null])
  t.equal((await two.collection(POLICY_KIND).list()).length, 1)
})

t.test('a file of a newer version is refused instead of being changed', async (t) => {
  const dir = t.testdir()
  await (await opened(t, dir)).close()
  await file(t, dir).execute('INSERT INTO migrations (step) VALUES (999)')
  const store = await opened(t, dir)
  t.match(store.problem(), NEWER)
  await t.rejects(store.collection(NOTE).create('a', note(), NOW), STORE_ERROR)
})

t.test('a failed migration leaves nothing behind', async (t) => {
  const dir = t.testdir()
  const client = file(t, dir)
  await client.execute('CREATE TABLE qualm_documents (something_else TEXT)')
  const store = await opened(t, dir)
  await t.rejects(store.collection(NOTE).create('a', note(), NOW), STORE_ERROR)
  const tables = await client.execute("SELECT name FROM sqlite_master WHERE name IN ('migrations', 'policy_names')")
  t.same(tables.rows, [])
})

t.test('on PostgreSQL', { skip: withoutPostgres }, async (t) => {
  const server = await PostgresServer.start(t)

  t.test('many stores that find an empty database make its tables once', async (t) => {
    const url = await server.database()
    const stores = await Promise.all(Array.from({ length: 6 }, () => opened(t, url)))
    t.same(
      stores.map((store) => store.problem()),
      Array(6).fill(null)
    )
  })

  t.test('a database of a newer version is refused instead of being changed', async (t) => {
    const url = await server.database()
    await (await opened(t, url)).close()
    await server.query(url, 'INSERT INTO qualm_migrations (step) VALUES (999)')
    const store = await opened(t, url)
    t.match(store.problem(), NEWER)
    await t.rejects(store.collection(NOTE).create('a', note(), NOW), STORE_ERROR)
  })

  t.test('a failed migration leaves nothing behind', async (t) => {
    const url = await server.database()
    await server.query(url, 'CREATE TABLE qualm_documents (something_else TEXT)')
    await t.rejects((await opened(t, url)).collection(NOTE).list(), STORE_ERROR)
    const [found] = await server.query(url, "SELECT to_regclass('qualm_migrations') AS name")
    t.equal(found!['name'], null)
  })
})
