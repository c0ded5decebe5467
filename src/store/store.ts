import { join } from 'node:path'
import type { PolicyDraft, PolicySummary, StoredPolicy } from '../policies/policy.js'
import { Connection } from './connection.js'
import { SqliteStore } from './sqlite-store.js'

/** What Qualm keeps. Rows are versioned and never change. Every call throws QUALM_ERR_STORE when the store fails. */
export interface Store {
  /** Keeps a new version and returns its number; what was acknowledged survives a crash. */
  putPolicy(draft: PolicyDraft): Promise<number>
  /** One version, or the newest when `version` is null; null when there is none. */
  getPolicy(name: string, version: number | null): Promise<StoredPolicy | null>
  /** The newest version of every name, by name. */
  listPolicies(): Promise<readonly PolicySummary[]>
  /** Removes one version, or all when `version` is null; returns how many. Numbers are not given again. */
  deletePolicy(name: string, version: number | null): Promise<number>
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
 * Opens the store in `dataDir` and makes the folder when it is missing. Never fails: a store that cannot be opened
 * tells why through `problem()`, refuses calls with QUALM_ERR_STORE, and tries again on every call.
 */
export async function openStore(dataDir: string, options: StoreOptions = {}): Promise<Store> {
  const connection = new Connection(join(dataDir, FILE_NAME), options.busyWaitMs ?? DEFAULT_BUSY_WAIT_MS)
  await connection.tryOpen()
  return new SqliteStore(connection)
}
