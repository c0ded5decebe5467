import { LRUCache } from 'lru-cache'
import type { Database, Row, RunSql } from './database.js'
import { digestOf } from './digest.js'
import type { Collection, Exported, JsonObject, Kind, Stored } from './document.js'
import { JoinedReads } from './joined-reads.js'
import { toColumns, toExported } from './rows.js'

/** Calibration sets can hold 100 000 numbers: a few documents in use are kept parsed, the rest read again. */
const CACHED = 32

const NEXT_VERSION = `INSERT INTO qualm_document_names (kind, name, last_version) VALUES ($1, $2, 1)
  ON CONFLICT (kind, name) DO UPDATE SET last_version = qualm_document_names.last_version + 1
  RETURNING last_version`

const INSERT = `INSERT INTO qualm_documents (kind, name, version, created_ms, digest, head, bulk)
  VALUES ($1, $2, $3, $4, $5, $6, $7)`

const LIVE = 'kind = $1 AND name = $2 AND (CAST($3 AS INTEGER) IS NULL OR version = $3) AND head IS NOT NULL'

const FIND = `SELECT version, digest FROM qualm_documents WHERE ${LIVE} ORDER BY version DESC LIMIT 1`

const GET = 'SELECT * FROM qualm_documents WHERE kind = $1 AND name = $2 AND version = $3 AND head IS NOT NULL'

const LIST = `SELECT kind, name, version, created_ms, digest, head FROM qualm_documents AS newest
  WHERE kind = $1 AND version = (SELECT MAX(version) FROM qualm_documents
    WHERE kind = $1 AND name = newest.name AND head IS NOT NULL)
  ORDER BY name`

const REMOVE = `UPDATE qualm_documents SET head = NULL, bulk = NULL WHERE ${LIVE} RETURNING version`

/** Writes a document under its version; `heavy` names the fields that lists leave out. */
export async function insertDocument(run: RunSql, document: Exported, heavy: readonly string[]): Promise<void> {
  const { kind, name, version, createdMs, digest, body } = document
  const { head, bulk } = toColumns(body, heavy)
  await run(INSERT, kind, name, version, createdMs, digest, head, bulk)
}

/** The documents of one kind on either database. */
export class DocumentCollection<Body extends object, Heavy extends keyof Body> implements Collection<Body, Heavy> {
  readonly #database: Database
  readonly #kind: Kind<Body, Heavy>
  /** By digest, which stands for one document only: nothing here goes stale. */
  readonly #parsed = new LRUCache<string, Stored<Body>>({ max: CACHED })
  readonly #reads = new JoinedReads<Stored<Body> | null>()

  constructor(database: Database, kind: Kind<Body, Heavy>) {
    this.#database = database
    this.#kind = kind
  }

  async create(name: string, body: Body, createdMs: number): Promise<Stored<Body>> {
    const kind = this.#kind.name
    const json = this.#kind.encode(body)
    const { version, digest } = await this.#database.write(async (run) => {
      const [row] = await run(NEXT_VERSION, kind, name)
      const draft = { kind, name, version: Number(row!['last_version']), createdMs, body: json }
      const document = { ...draft, digest: digestOf(draft) }
      await insertDocument(run, document, this.#kind.heavy)
      return document
    })
    return { name, version, createdMs, digest, body }
  }

  async get(name: string, version: number | null): Promise<Stored<Body> | null> {
    return this.#reads.read(`${version ?? 'newest'} ${name}`, () => this.#find(name, version))
  }

  async list(): Promise<readonly Stored<Omit<Body, Heavy>>[]> {
    const rows = await this.#database.read((run) => run(LIST, this.#kind.name))
    return rows.map((row) => this.#decoded(row))
  }

  async remove(name: string, version: number | null): Promise<number> {
    const rows = await this.#database.write((run) => run(REMOVE, this.#kind.name, name, version))
    return rows.length
  }

  async #find(name: string, version: number | null): Promise<Stored<Body> | null> {
    const row = await this.#one(FIND, name, version)
    if (row === null) return null
    const known = this.#parsed.get(String(row['digest']))
    return known ?? this.#read(name, Number(row['version']))
  }

  async #read(name: string, version: number): Promise<Stored<Body> | null> {
    const row = await this.#one(GET, name, version)
    if (row === null) return null
    const document = this.#decoded(row)
    this.#parsed.set(document.digest, document)
    return document
  }

  #decoded(row: Row): Stored<Body> {
    const { name, version, createdMs, digest, body } = toExported(row)
    return { name, version, createdMs, digest, body: this.#kind.decode(body satisfies JsonObject) }
  }

  async #one(sql: string, name: string, version: number | null): Promise<Row | null> {
    const rows = await this.#database.read((run) => run(sql, this.#kind.name, name, version))
    return rows[0] ?? null
  }
}
