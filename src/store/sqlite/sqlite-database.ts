import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { createClient, type Client, type Transaction } from '@libsql/client'
import { TRY_WRITING, type Database, type Dialect, type RunSql } from '../database.js'
import { StoreFault } from '../faults.js'
import { Health } from '../health.js'
import { isOutdated, migrate } from '../migrations.js'
import { SQLITE_ADVICE, sqliteFault } from './sqlite-faults.js'

/** Between two attempts to take a lock. The native client would wait too, but with the event loop stopped. */
const RETRY_MS = 15

const DIALECT: Dialect = {
  bigInteger: 'INTEGER',
  sortedText: 'TEXT',
  tableOptions: ' STRICT',
  migrations: 'migrations',
  tableExists: "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = $1",
  hasFirstPolicies: true,
  lockSchema: null
}

interface OpenFile {
  readonly client: Client
  /** Identity of the file, to notice that it was replaced. */
  readonly inode: number
}

/** SQLite numbers its parameters with a question mark. */
const statements = (place: Pick<Client | Transaction, 'execute'>): RunSql => {
  return async (sql, ...args) => (await place.execute({ sql: sql.replaceAll(/\$(\d)/g, '?$1'), args: [...args] })).rows
}

/**
 * One SQLite file: opens it on first use and again after it failed, waits for locks without blocking the event loop,
 * and remembers what is wrong.
 */
export class SqliteDatabase implements Database {
  readonly #path: string
  readonly #busyWaitMs: number
  readonly #health = new Health(SQLITE_ADVICE, sqliteFault)
  #opening: Promise<OpenFile> | null = null
  #closed = false

  /** `path`: of the file. `busyWaitMs`: how long a call waits for the lock of another process. */
  constructor(path: string, busyWaitMs: number) {
    this.#path = path
    this.#busyWaitMs = busyWaitMs
  }

  problem(): string | null {
    return this.#health.problem()
  }

  async tryOpen(): Promise<void> {
    await this.read(async () => undefined).catch(() => undefined)
  }

  async read<T>(work: (run: RunSql) => Promise<T>): Promise<T> {
    return this.#health.reading(() => this.#patiently(async () => work(statements(await this.#client()))))
  }

  async write<T>(work: (run: RunSql) => Promise<T>): Promise<T> {
    return this.#health.writing(() => this.#patiently(() => this.#apart(work)))
  }

  async check(): Promise<void> {
    await this.#health.checking(() => this.#patiently(() => this.#apart((run) => run(TRY_WRITING))))
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#drop()
  }

  /**
   * Every write has a client of its own: the native client cannot commit any more once a lock was refused to it, and
   * readers shall not wait for writers.
   */
  async #apart<T>(work: (run: RunSql) => Promise<T>): Promise<T> {
    await this.#client()
    const client = await openClient(this.#path)
    try {
      return await inTransaction(client, work)
    } finally {
      client.close()
    }
  }

  async #patiently<T>(work: () => Promise<T>): Promise<T> {
    for (let waitedMs = 0; ; waitedMs += RETRY_MS) {
      try {
        if (this.#closed) throw new StoreFault('closed')
        return await work()
      } catch (error) {
        if (sqliteFault(error).fault !== 'busy' || waitedMs >= this.#busyWaitMs) throw error
        await delay(RETRY_MS)
      }
    }
  }

  async #client(): Promise<Client> {
    this.#opening ??= this.#open()
    const opening = this.#opening
    try {
      const { client, inode } = await opening
      if ((await inodeOf(this.#path)) !== inode) throw new StoreFault('gone')
      return client
    } catch (error) {
      if (this.#opening === opening) await this.#drop()
      throw error
    }
  }

  async #open(): Promise<OpenFile> {
    const client = await openClient(this.#path)
    try {
      await client.execute('PRAGMA journal_mode = WAL')
      const isBehind = await isOutdated(statements(client), DIALECT)
      if (isBehind) await inTransaction(client, (run) => migrate(run, DIALECT))
      return { client, inode: (await inodeOf(this.#path)) ?? 0 }
    } catch (error) {
      client.close()
      throw error
    }
  }

  async #drop(): Promise<void> {
    const opening = this.#opening
    this.#opening = null
    const file = await opening?.catch(() => null)
    file?.client.close()
  }
}

/** Takes the lock first, so that nobody writes between what `work` reads and what it writes. */
async function inTransaction<T>(client: Client, work: (run: RunSql) => Promise<T>): Promise<T> {
  const transaction = await client.transaction('write')
  try {
    const result = await work(statements(transaction))
    await transaction.commit()
    return result
  } finally {
    transaction.close()
  }
}

/** The native client reports a failed open without a code, so whatever goes wrong here is named here. */
async function openClient(path: string): Promise<Client> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    return createClient({ url: pathToFileURL(path).href })
  } catch (error) {
    const fault = sqliteFault(error)
    throw fault.fault === 'other' ? new StoreFault('unreachable', error) : fault
  }
}

/** Null when the file is not there. */
async function inodeOf(path: string): Promise<number | null> {
  return stat(path).then(
    ({ ino }) => ino,
    () => null
  )
}
