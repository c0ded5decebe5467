import { QualmError } from '../errors.js'

/** What went wrong with the store file. */
export type Fault =
  'busy' | 'read_only' | 'corrupt' | 'full' | 'gone' | 'unreachable' | 'disk' | 'newer' | 'closed' | 'other'

const ADVICE: Readonly<Record<Fault, string>> = {
  busy: 'Another process keeps the store locked. Try again.',
  read_only: 'The store cannot be written. Make the data folder and its files writable for the service.',
  corrupt: 'The store file is not a usable database. Restore a backup, or move the file away to start empty.',
  full: 'The disk is full. Free some space.',
  gone: 'The store file was removed or replaced while in use. Put it back, or try again to start with what is there.',
  unreachable: 'The store file cannot be opened. Check that the data folder exists and may be written.',
  disk: 'The disk does not answer as it should. Check the volume that holds the data folder.',
  newer: 'The store was written by a newer version. Run that version, or choose another data folder.',
  closed: 'The store is closed: the service is shutting down.',
  other: 'The store did not answer. The cause is in the log.'
}

/** SQLite and system codes by prefix, in order. */
const CODES: readonly (readonly [string, Fault])[] = [
  ['SQLITE_BUSY', 'busy'],
  ['SQLITE_LOCKED', 'busy'],
  ['SQLITE_READONLY', 'read_only'],
  ['SQLITE_NOTADB', 'corrupt'],
  ['SQLITE_CORRUPT', 'corrupt'],
  ['SQLITE_FULL', 'full'],
  ['SQLITE_CANTOPEN', 'unreachable'],
  ['SQLITE_IOERR', 'disk'],
  ['ENOSPC', 'full'],
  ['EROFS', 'read_only']
]

/** Reports one fault of the store; the advice reads on in the problem document. */
export class StoreFault extends Error {
  override readonly name = 'StoreFault'
  readonly fault: Fault
  constructor(fault: Fault, cause?: unknown) {
    super(ADVICE[fault], { cause })
    this.fault = fault
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''

/** Names the fault behind an error of the database client or the file system. */
export function toFault(error: unknown): StoreFault {
  if (error instanceof StoreFault) return error
  const code = codeOf(error)
  return new StoreFault(CODES.find(([prefix]) => code.startsWith(prefix))?.[1] ?? 'other', error)
}

/** The coded error that a caller gets. Waiting helps against a lock only. */
export function storeError(fault: StoreFault): QualmError {
  return new QualmError('QUALM_ERR_STORE', fault.message, {
    cause: fault.cause ?? fault,
    ...(fault.fault === 'busy' && { retryAfterSeconds: 1 })
  })
}
