import { Pool, type PoolClient } from 'pg'
import { TRY_WRITING, type Database, type Dialect, type RunSql } from '../database.js'
import { StoreFault } from '../faults.js'
import { Health } from '../health.js'
import { isOutdated, migrate } from '../migrations.js'
import { isAnswer, POSTGRES_ADVICE, postgresFault } from './postgres-faults.js'

const CONNECTIONS = 8
/** Scoring with a policy waits this long for a server that is away. */
const CONNECT_MS = 3_000
/** Longest run of one statement. The client waits a little longer, so that the server can say why it stopped. */
const STATEMENT_MS = 10_000
const GRACE_MS = 2_000

const DIALECT: Dialect = {
  bigInteger: 'BIGINT',
  sortedText: 'TEXT COLLATE "C"',
  tableOptions: '',
  migrations: 'qualm_migrations',
  tableExists: 'SELECT 1 WHERE to_regclass($1) IS NOT NULL',
  hasFirstPolicies: false,
  lockSchema: 'SELECT pg_advisory_xact_lock(60217719)'
}

const statements = (client: PoolClient): RunSql => {
  return async (sql, ...args) => (await client.query<Record<string, unknown>>(sql, [...args])).rows
}

/**
 * One PostgreSQL database, for several services at once: connects on first use and again after it failed, with a time
 * limit on everything, and remembers what is wrong.
 */
export class PostgresDatabase implements Database {
  readonly #pool: Pool
  readonly #busyWaitMs: number
  readonly #health = new Health(POSTGRES_ADVICE, postgresFault)
  #opening: Promise<void> | null = null
  #closed = false

  /** `url`: with user and password; it is never logged. `busyWaitMs`: how long a call waits for a lock. */
  constructor(url: string, busyWaitMs: number) {
    this.#busyWaitMs = busyWaitMs
    this.#pool = new Pool({
      connectionString: url,
      max: CONNECTIONS,
      connectionTimeoutMillis: CONNECT_MS,
      query_timeout: STATEMENT_MS + GRACE_MS,
      keepAlive: true,
      allowExitOnIdle: true,
      application_name: 'qualm'
    })
    this.#pool.on('error', (error) => this.#health.note(error))
    // A connection in use may end between two statements; the next one then fails, which is soon enough.
    this.#pool.on('connect', (client) => client.on('error', () => undefined))
  }

  problem(): string | null {
    return this.#health.problem()
  }

  async tryOpen(): Promise<void> {
    await this.read(async () => undefined).catch(() => undefined)
  }

  async read<T>(work: (run: RunSql) => Promise<T>): Promise<T> {
    return this.#health.reading(() => this.#opened((client) => work(statements(client))))
  }

  async write<T>(work: (run: RunSql) => Promise<T>): Promise<T> {
    return this.#health.writing(() => this.#written(work))
  }

  async check(): Promise<void> {
    await this.#health.checking(() => this.#written((run) => run(TRY_WRITING)))
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await this.#pool.end()
  }

  async #written<T>(work: (run: RunSql) => Promise<T>): Promise<T> {
    return this.#opened((client) => this.#inTransaction(client, work))
  }

  /** Runs `work` once the schema is there; when its tables are gone they are looked for again next time. */
  async #opened<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    try {
      await (this.#opening ??= this.#open())
      return await this.#connected(work)
    } catch (error) {
      if (postgresFault(error).fault === 'gone') this.#opening = null
      throw error
    }
  }

  async #open(): Promise<void> {
    try {
      await this.#connected(async (client) => {
        const isBehind = await isOutdated(statements(client), DIALECT)
        if (isBehind) await this.#inTransaction(client, (run) => migrate(run, DIALECT))
      })
    } catch (error) {
      this.#opening = null
      throw error
    }
  }

  /** A connection that did not end its call with an answer of the server is not used again. */
  async #connected<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    if (this.#closed) throw new StoreFault('closed')
    const client = await this.#pool.connect()
    let isBroken = false
    try {
      return await work(client)
    } catch (error) {
      isBroken = !isAnswer(error)
      throw error
    } finally {
      client.release(isBroken)
    }
  }

  /** Limits are set here and not at the start of the connection, which connection poolers refuse. */
  async #inTransaction<T>(client: PoolClient, work: (run: RunSql) => Promise<T>): Promise<T> {
    await client.query(
      `BEGIN; SET LOCAL lock_timeout = ${this.#busyWaitMs}; SET LOCAL statement_timeout = ${STATEMENT_MS};
        SET LOCAL idle_in_transaction_session_timeout = ${STATEMENT_MS}`
    )
    try {
      const result = await work(statements(client))
      await client.query('COMMIT')
      return result
    } catch (error) {
      await client.query('ROLLBACK').catch(() => undefined)
      throw error
    }
  }
}
