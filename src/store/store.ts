import { join } from 'node:path'
import type { AnyKind, Collection, Exported, Kind, Outcome } from './document.js'
import { DocumentStore } from './document-store.js'
import { PostgresDatabase } from './postgres/postgres-database.js'
import { SqliteDatabase } from './sqlite/sqlite-database.js'
import type { WatchRows } from './watch-rows.js'

/** Which documents to export. `name` null: all of the kinds; `version` null: all versions. */
export interface Selection {
  readonly kinds: readonly AnyKind[]
  readonly name: string | null
  readonly version: number | null
}

/** What Qualm keeps, in one place for every kind. Every call throws QUALM_ERR_STORE when the store fails. */
export interface Store {
  collection<Body extends object, Heavy extends keyof Body = never>(kind: Kind<Body, Heavy>): Collection<Body, Heavy>
  /** What the watch over policies keeps. */
  readonly watch: Pick<WatchRows, 'state' | 'owners' | 'commit' | 'forget'>
  /** Whole documents, by kind, name and version. */
  dump(selection: Selection): Promise<readonly Exported[]>
  /**
   * Keeps documents of `kinds` under the versions that they carry, all or none. A version that is there with the same digest
   * stays; one that was removed comes back. Throws QUALM_ERR_IMPORT_CONFLICT, with the pointer of each document whose
   * version stands for another here.
   */
  restore(documents: readonly Exported[], kinds: readonly AnyKind[]): Promise<readonly Outcome[]>
  /** Looks whether the store can be written, for `problem()`; one look at a time. Never fails. */
  check(): Promise<void>
  /** What is wrong with the store and what to do, or null. */
  problem(): string | null
  close(): Promise<void>
}

export interface StoreOptions {
  /** How long a call waits for another process to release its lock. */
  readonly busyWaitMs?: number
}

const FILE_NAME = 'qualm.db'
const DEFAULT_BUSY_WAIT_MS = 5_000

/**
 * Opens the store: in PostgreSQL when `place` is a `postgres://` URL, else in an SQLite file in the folder `place`,
 * which is made when it is missing. Never fails: a store that cannot be opened tells why through `problem()`, refuses
 * calls with QUALM_ERR_STORE, and tries again on every call.
 */
export async function openStore(place: string, options: StoreOptions = {}): Promise<Store> {
  const busyWaitMs = options.busyWaitMs ?? DEFAULT_BUSY_WAIT_MS
  const database = /^postgres(ql)?:\/\//.test(place)
    ? new PostgresDatabase(place, busyWaitMs)
    : new SqliteDatabase(join(place, FILE_NAME), busyWaitMs)
  await database.tryOpen()
  return new DocumentStore(database)
}
