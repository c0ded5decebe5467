import type { Database } from './database.js'
import { DocumentCollection } from './collection.js'
import type { AnyKind, Collection, Exported, Kind, Outcome } from './document.js'
import { restoreDocument } from './restore.js'
import { toExported } from './rows.js'
import type { Selection, Store } from './store.js'
import { WatchRows } from './watch-rows.js'

const byPlace = (a: Exported, b: Exported): number =>
  a.kind < b.kind ? -1 : a.kind > b.kind ? 1 : a.name < b.name ? -1 : a.name > b.name ? 1 : a.version - b.version

const DUMP = `SELECT * FROM qualm_documents
  WHERE kind = $1 AND (CAST($2 AS TEXT) IS NULL OR name = $2)
    AND (CAST($3 AS INTEGER) IS NULL OR version = $3) AND head IS NOT NULL
  ORDER BY name, version`

/** The store on either database. */
export class DocumentStore implements Store {
  readonly watch: WatchRows
  readonly #database: Database
  #checking: Promise<void> | null = null

  constructor(database: Database) {
    this.#database = database
    this.watch = new WatchRows(database)
  }

  collection<Body extends object, Heavy extends keyof Body>(kind: Kind<Body, Heavy>): Collection<Body, Heavy> {
    return new DocumentCollection(this.#database, kind)
  }

  async dump({ kinds, name, version }: Selection): Promise<readonly Exported[]> {
    return this.#database.read(async (run) => {
      const documents: Exported[] = []
      for (const kind of kinds.map((each) => each.name).sort())
        documents.push(...(await run(DUMP, kind, name, version)).map(toExported))
      return documents
    })
  }

  /** Always in one order, so that two processes cannot wait for each other. */
  async restore(documents: readonly Exported[], kinds: readonly AnyKind[]): Promise<readonly Outcome[]> {
    const heavy = new Map(kinds.map((kind) => [kind.name, kind.heavy]))
    const order = [...documents.keys()].sort((a, b) => byPlace(documents[a]!, documents[b]!))
    return this.#database.write(async (run) => {
      const outcomes: Outcome[] = []
      for (const index of order) {
        const document = documents[index]!
        outcomes[index] = await restoreDocument(run, { document, heavy: heavy.get(document.kind)!, index })
      }
      return outcomes
    })
  }

  async check(): Promise<void> {
    this.#checking ??= this.#database.check().finally(() => {
      this.#checking = null
    })
    await this.#checking
  }

  problem(): string | null {
    return this.#database.problem()
  }

  async close(): Promise<void> {
    await this.#database.close()
  }
}
