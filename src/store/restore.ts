import { QualmError } from '../errors.js'
import { insertDocument } from './collection.js'
import type { RunSql } from './database.js'
import type { Exported, Outcome } from './document.js'
import { toColumns } from './rows.js'

/** Comes first in the transaction: it holds the name, so that no other process gives out the version meanwhile. */
const COUNT_VERSION = `INSERT INTO qualm_document_names (kind, name, last_version) VALUES ($1, $2, $3)
  ON CONFLICT (kind, name) DO UPDATE SET last_version = CASE
    WHEN qualm_document_names.last_version < excluded.last_version THEN excluded.last_version
    ELSE qualm_document_names.last_version END`

const FIND = `SELECT digest, CASE WHEN head IS NULL THEN 1 ELSE 0 END AS removed FROM qualm_documents
  WHERE kind = $1 AND name = $2 AND version = $3`

const BRING_BACK = 'UPDATE qualm_documents SET head = $4, bulk = $5 WHERE kind = $1 AND name = $2 AND version = $3'

/** A document on its way into the store, and its place in the import. */
export interface Restoring {
  readonly document: Exported
  /** Fields of its kind that lists leave out. */
  readonly heavy: readonly string[]
  readonly index: number
}

function conflict({ kind, name, version }: Exported, index: number): QualmError {
  return new QualmError(
    'QUALM_ERR_IMPORT_CONFLICT',
    `The ${kind} "${name}@${version}" stands for something else here. Nothing was imported: leave it out of the file.`,
    { errors: [{ pointer: `/documents/${index}`, message: 'another document has this version' }] }
  )
}

/**
 * Keeps one document under its own version, within a transaction. What was removed comes back when it is the same.
 * Throws QUALM_ERR_IMPORT_CONFLICT when the version stands, or stood, for another document.
 */
export async function restoreDocument(run: RunSql, { document, heavy, index }: Restoring): Promise<Outcome> {
  const { kind, name, version, digest } = document
  await run(COUNT_VERSION, kind, name, version)
  const [found] = await run(FIND, kind, name, version)
  if (found === undefined) {
    await insertDocument(run, document, heavy)
    return 'created'
  }
  if (found['digest'] !== digest) throw conflict(document, index)
  if (Number(found['removed']) === 0) return 'unchanged'
  const { head, bulk } = toColumns(document.body, heavy)
  await run(BRING_BACK, kind, name, version, head, bulk)
  return 'created'
}
