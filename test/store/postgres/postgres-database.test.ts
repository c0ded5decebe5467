import pg from 'pg'
import t from 'tap'
import { createErrorSerialiser } from '../../../src/http/log-error.js'
import { PostgresDatabase } from '../../../src/store/postgres/postgres-database.js'
import { openStore, type Store } from '../../../src/store/store.js'
import { NOTE, note, NOW } from '../../fixtures/notes.js'
import { PostgresServer, withoutPostgres } from '../../fixtures/postgres.js'
import { opened } from '../../fixtures/sides.js'

const STORE_ERROR = { code: 'QUALM_ERR_STORE', status: 503 }
const SECRET = 'open-sesame'

const put = async (store: Store) => store.collection(NOTE).create('a', note(), NOW)
const list = async (store: Store) => store.collection(NOTE).list()

t.test('a server that is not there does not stop the service, and its password is told to nobody', async (t) => {
  const store = await opened(t, `postgres://qualm:${SECRET}@127.0.0.1:1/qualm`)
  t.match(store.problem(), /does not answer.*QUALM_STORE_URL/)
  const error: unknown = await put(store).catch((reason: unknown) => reason)
  t.match(error, { ...STORE_ERROR, message: /Check that it runs/ })
  const told = [store.problem(), JSON.stringify(createErrorSerialiser(true)(error))].join()
  t.notMatch(told, SECRET)
})

t.test('a URL that cannot be read is told without its text', async (t) => {
  const store = await opened(t, `postgres://qualm:${SECRET}@[nowhere/qualm`)
  t.match(store.problem(), /QUALM_STORE_URL/)
  const error: unknown = await put(store).catch((reason: unknown) => reason)
  t.match(error, STORE_ERROR)
  t.notMatch(JSON.stringify(createErrorSerialiser(true)(error)), SECRET)
})

t.test('on a server', { skip: withoutPostgres }, async (t) => {
  const server = await PostgresServer.start(t)

  t.test('a write waits for the lock of another process and then goes through', async (t) => {
    const url = await server.database()
    const store = await opened(t, url)
    await put(store)
    const other = new pg.Client({ connectionString: url })
    await other.connect()
    await other.query('BEGIN; SELECT * FROM qualm_document_names FOR UPDATE')
    const writing = put(store)
    t.equal((await list(store)).length, 1, 'reads go on meanwhile')
    await other.query('COMMIT')
    await other.end()
    t.match(await writing, { version: 2 })
  })

  t.test('a lock that is never released is a coded error that says to try again', async (t) => {
    const url = await server.database()
    const store = await opened(t, url, 30)
    await put(store)
    const other = new pg.Client({ connectionString: url })
    await other.connect()
    await other.query('BEGIN; LOCK TABLE qualm_document_names')
    await t.rejects(put(store), { ...STORE_ERROR, message: /locked/, retryAfterSeconds: 1 })
    await store.check()
    t.match(store.problem(), /locked/)
    await other.end()
    await store.check()
    t.equal(store.problem(), null)
    t.match(await put(store), { version: 2 })
  })

  t.test('a database that takes no writes serves reads and says what to do', async (t) => {
    const url = await server.database()
    await put(await opened(t, url))
    const name = new URL(url).pathname.slice(1)
    await server.query(server.url('postgres'), `ALTER DATABASE ${name} SET default_transaction_read_only = on`)
    const store = await opened(t, url)
    t.equal(store.problem(), null)
    await store.check()
    t.match(store.problem(), /primary/)
    t.equal((await list(store)).length, 1)
    await t.rejects(put(store), { ...STORE_ERROR, message: /read-only/ })
  })

  t.test('a database that does not exist, or a user without rights, is told as a refusal', async (t) => {
    const nobody = await opened(t, server.url('nothing'))
    t.match(nobody.problem(), /refuses the login/)
    const url = await server.database()
    await (await opened(t, url)).close()
    await server.query(url, 'CREATE ROLE guest LOGIN')
    const guest = await opened(t, url.replace('qualm@', 'guest@'))
    await t.rejects(list(guest), { ...STORE_ERROR, message: /rights/ })
  })

  t.test('tables that are dropped while in use are told, and made again on the next call', async (t) => {
    const url = await server.database()
    const store = await opened(t, url)
    await put(store)
    await server.query(url, 'DROP SCHEMA public CASCADE')
    await server.query(url, 'CREATE SCHEMA public')
    await t.rejects(list(store), { ...STORE_ERROR, message: /dropped/ })
    t.match(store.problem(), /dropped/)
    t.same(await list(store), [])
  })

  t.test('a connection that the server ends is replaced', async (t) => {
    const url = await server.database()
    const store = await opened(t, url)
    await put(store)
    await server.query(
      url,
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname IS NOT NULL'
    )
    await list(store).catch(() => undefined)
    t.match(await put(store), { version: 2 })
    t.equal(store.problem(), null)
  })

  t.test('a connection that ends between two statements undoes both and ends nothing else', async (t) => {
    const url = await server.database()
    const database = new PostgresDatabase(url, 5_000)
    t.teardown(() => database.close())
    await database.tryOpen()
    const broken = database.write(async (run) => {
      await run("INSERT INTO qualm_document_names VALUES ('note', 'a', 1)")
      const [backend] = await run('SELECT pg_backend_pid() AS pid')
      await server.query(url, `SELECT pg_terminate_backend(${Number(backend!['pid'])}, 5000)`)
      await server.query(url, 'SELECT 1')
      await run("INSERT INTO qualm_document_names VALUES ('note', 'b', 1)")
    })
    await t.rejects(broken, { ...STORE_ERROR, message: /does not answer/ })
    t.same(await database.read((run) => run('SELECT * FROM qualm_document_names')), [])
  })

  t.test('a server that crashes is told, loses nothing, and is used again once it is back', async (t) => {
    const store = await openStore(await server.database())
    const made = await put(store)
    await server.kill()
    await store.check()
    t.match(store.problem(), /does not answer/)
    await t.rejects(put(store), STORE_ERROR)
    await server.resume()
    t.strictSame(await store.collection(NOTE).get('a', 1), made)
    await store.check()
    t.equal(store.problem(), null)
    await store.close()
  })
})
