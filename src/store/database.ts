/** The two databases as the store sees them: statements with `$1`, `$2` … and rows. */

export type SqlValue = string | number | null
export type Row = Readonly<Record<string, unknown>>

/** Runs one statement and returns its rows. Throws the error of the database. */
export type RunSql = (sql: string, ...args: readonly SqlValue[]) => Promise<readonly Row[]>

/** Where the two dialects differ. */
export interface Dialect {
  /** Whole numbers up to 2^53. */
  readonly bigInteger: string
  /** Text that sorts by code point. */
  readonly sortedText: string
  /** After the columns of a table. */
  readonly tableOptions: string
  /** Table of the schema steps that were applied. */
  readonly migrations: string
  /** Whether a table of that name ($1) exists. */
  readonly tableExists: string
  /** Whether policies were kept here in tables of their own, before there were documents. */
  readonly hasFirstPolicies: boolean
  /** Keeps other processes out of the schema until the transaction ends; null where every writer is alone. */
  readonly lockSchema: string | null
}

/** Changes no row, but is refused where rows cannot be changed. */
export const TRY_WRITING = 'UPDATE qualm_document_names SET last_version = last_version WHERE FALSE'

/** The way to one database. It opens on first use and again after it failed. */
export interface Database {
  /** Opens it; a failure is kept for `problem()` and not thrown. */
  tryOpen(): Promise<void>
  /** Throws QUALM_ERR_STORE. */
  read<T>(work: (run: RunSql) => Promise<T>): Promise<T>
  /**
   * Runs `work` in one transaction; whatever it throws undoes it. It may run more than once. Throws QUALM_ERR_STORE, and
   * a coded error of `work` as it is.
   */
  write<T>(work: (run: RunSql) => Promise<T>): Promise<T>
  /** Looks whether rows could be written, for `problem()`. Never fails. */
  check(): Promise<void>
  /** What is wrong and what to do, or null. */
  problem(): string | null
  close(): Promise<void>
}
