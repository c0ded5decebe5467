import type { InValue, Row } from '@libsql/client'
import { LRUCache } from 'lru-cache'
import type { PolicyDraft, PolicySummary, StoredPolicy } from '../policies/policy.js'
import type { Connection } from './connection.js'
import type { Store } from './store.js'

/** Calibration sets can hold 100 000 numbers: a few policies in use are kept parsed, the rest read again. */
const CACHED_POLICIES = 32

const OR_NEWEST = 'name = :name AND (:version IS NULL OR version = :version)'

function summary(row: Row): PolicySummary {
  return { ...(JSON.parse(String(row['document'])) as Omit<PolicySummary, 'version'>), version: Number(row['version']) }
}

function stored(row: Row): StoredPolicy {
  return { ...summary(row), calibration: JSON.parse(String(row['calibration'])) as readonly number[] }
}

/** The store in one SQLite file. */
export class SqliteStore implements Store {
  readonly #connection: Connection
  /** A row never changes and a version is never given twice, so nothing here goes stale while the file stays. */
  readonly #policies = new LRUCache<string, StoredPolicy>({ max: CACHED_POLICIES })

  constructor(connection: Connection) {
    this.#connection = connection
  }

  async putPolicy(draft: PolicyDraft): Promise<number> {
    const { calibration, ...document } = draft
    const [, inserted] = await this.#connection.write((client) =>
      client.batch(
        [
          {
            sql: `INSERT INTO policy_names (name, last_version) VALUES (:name, 1)
              ON CONFLICT (name) DO UPDATE SET last_version = last_version + 1`,
            args: { name: draft.name }
          },
          {
            sql: `INSERT INTO policies (name, version, document, calibration)
              SELECT name, last_version, :document, :calibration FROM policy_names WHERE name = :name
              RETURNING version`,
            args: { name: draft.name, document: JSON.stringify(document), calibration: JSON.stringify(calibration) }
          }
        ],
        'write'
      )
    )
    return Number(inserted!.rows[0]!['version'])
  }

  async getPolicy(name: string, version: number | null): Promise<StoredPolicy | null> {
    const newest = `SELECT version FROM policies WHERE ${OR_NEWEST} ORDER BY version DESC LIMIT 1`
    const row = await this.#one(newest, { name, version })
    return row === null ? null : this.#policy(name, Number(row['version']))
  }

  async listPolicies(): Promise<readonly PolicySummary[]> {
    const { rows } = await this.#connection.read((client) =>
      client.execute('SELECT MAX(version) AS version, document FROM policies GROUP BY name ORDER BY name')
    )
    return rows.map(summary)
  }

  async deletePolicy(name: string, version: number | null): Promise<number> {
    const { rowsAffected } = await this.#connection.write((client) =>
      client.execute({ sql: `DELETE FROM policies WHERE ${OR_NEWEST}`, args: { name, version } })
    )
    return rowsAffected
  }

  problem(): string | null {
    return this.#connection.problem()
  }

  async close(): Promise<void> {
    await this.#connection.close()
  }

  async #policy(name: string, version: number): Promise<StoredPolicy | null> {
    const key = `${this.#connection.generation}/${name}@${version}`
    const known = this.#policies.get(key)
    if (known !== undefined) return known
    const row = await this.#one('SELECT * FROM policies WHERE name = :name AND version = :version', { name, version })
    if (row === null) return null
    const policy = stored(row)
    this.#policies.set(key, policy)
    return policy
  }

  async #one(sql: string, args: Record<string, InValue>): Promise<Row | null> {
    const { rows } = await this.#connection.read((client) => client.execute({ sql, args }))
    return rows[0] ?? null
  }
}
