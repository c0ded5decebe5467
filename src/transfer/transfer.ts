/** Stored documents as a file that can be reviewed, kept and moved to another service. */
import { QualmError } from '../errors.js'
import { parseReference } from '../policies/reference.js'
import type { Export, ExportedDocument, ExportQuery, ImportResult } from '../schemas/transfer.js'
import type { AnyKind, Exported } from '../store/document.js'
import type { Store } from '../store/store.js'
import { createChecker } from './check-document.js'

export interface TransferDependencies {
  readonly store: Store
  /** The kinds that travel. */
  readonly kinds: readonly AnyKind[]
}

export interface Transfer {
  /** All documents, or those of a kind or a name. Throws QUALM_ERR_NOT_FOUND when a name or kind has none. */
  export(query: ExportQuery): Promise<Export>
  /**
   * Keeps the documents of an export under their versions, all or none; importing it again changes nothing. Throws
   * QUALM_ERR_VALIDATION, QUALM_ERR_DIGEST, QUALM_ERR_IMPORT_CONFLICT.
   */
  import(file: Export): Promise<ImportResult>
}

const toFile = ({ kind, name, version, createdMs, digest, body }: Exported): ExportedDocument => {
  return { kind, name, version, created_ms: createdMs, digest, body: { ...body } }
}

const fromFile = ({ created_ms: createdMs, ...document }: ExportedDocument): Exported => ({ ...document, createdMs })

function nothing({ kind, name }: ExportQuery): QualmError {
  const wanted = [kind, name].filter((part) => part !== undefined).join(' ')
  return new QualmError('QUALM_ERR_NOT_FOUND', `Nothing is stored under "${wanted}". Without a query all is exported.`)
}

/** Builds exports and imports on a store. */
export function createTransfer({ store, kinds }: TransferDependencies): Transfer {
  const check = createChecker(kinds)
  return {
    async export(query) {
      const reference = parseReference(query.name ?? '') ?? { name: null, version: null }
      const wanted = kinds.filter(({ name }) => query.kind === undefined || name === query.kind)
      const documents = await store.dump({ ...reference, kinds: wanted })
      const isAll = query.kind === undefined && query.name === undefined
      if (documents.length === 0 && !isAll) throw nothing(query)
      return { object: 'export', format: 1, documents: documents.map(toFile) }
    },
    async import(file) {
      const documents = file.documents.map(fromFile)
      documents.forEach(check)
      const outcomes = await store.restore(documents, kinds)
      return {
        object: 'import',
        documents: documents.map(({ kind, name, version }, i) => ({ kind, name, version, outcome: outcomes[i]! }))
      }
    }
  }
}
