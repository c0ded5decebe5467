import { COMMON_ADVICE, faultOf, type Advice, type FaultCodes, type StoreFault } from '../faults.js'

export const SQLITE_ADVICE: Advice = {
  ...COMMON_ADVICE,
  read_only: 'The store cannot be written. Make the data folder and its files writable for the service.',
  corrupt: 'The store file is not a usable database. Restore a backup, or move the file away to start empty.',
  full: 'The disk is full. Free some space.',
  gone: 'The store file was removed or replaced while in use. Put it back, or try again to start with what is there.',
  unreachable: 'The store file cannot be opened. Check that the data folder exists and may be written.',
  refused: 'The store file may not be opened. Give the service the right to read and write the data folder.',
  disk: 'The disk does not answer as it should. Check the volume that holds the data folder.',
  newer: 'The store was written by a newer version. Run that version, or choose another data folder.'
}

const CODES: FaultCodes = [
  ['SQLITE_BUSY', 'busy'],
  ['SQLITE_LOCKED', 'busy'],
  ['SQLITE_READONLY', 'read_only'],
  ['SQLITE_NOTADB', 'corrupt'],
  ['SQLITE_CORRUPT', 'corrupt'],
  ['SQLITE_FULL', 'full'],
  ['SQLITE_CANTOPEN', 'unreachable'],
  ['SQLITE_IOERR', 'disk'],
  ['SQLITE_AUTH', 'refused'],
  ['SQLITE_PERM', 'refused'],
  ['ENOSPC', 'full'],
  ['EROFS', 'read_only']
]

/** Names the fault behind an error of the SQLite client or the file system. */
export const sqliteFault = (error: unknown): StoreFault => faultOf(error, CODES)
