import { COMMON_ADVICE, faultOf, StoreFault, type Advice, type Fault, type FaultCodes } from '../faults.js'

export const POSTGRES_ADVICE: Advice = {
  ...COMMON_ADVICE,
  read_only: 'PostgreSQL takes no writes. Point QUALM_STORE_URL at the primary server, or end its read-only mode.',
  corrupt: 'PostgreSQL reports damaged data. Restore a backup.',
  full: 'The disk of PostgreSQL is full. Free some space there.',
  gone: 'The tables of the store were dropped while in use. Restore them, or try again to start with empty ones.',
  unreachable: 'PostgreSQL does not answer. Check that it runs, and the host and port in QUALM_STORE_URL.',
  refused: 'PostgreSQL refuses the login or the rights. Check user, password and database in QUALM_STORE_URL.',
  disk: 'PostgreSQL cannot use its disk as it should. Check the volume of its data folder.',
  newer: 'The store was written by a newer version. Run that version, or name another database in QUALM_STORE_URL.'
}

/** SQLSTATE codes and classes (PostgreSQL manual, appendix A), and those of the network. */
const CODES: FaultCodes = [
  ['55P03', 'busy'],
  ['57014', 'busy'],
  ['40', 'busy'],
  ['25006', 'read_only'],
  ['53100', 'full'],
  ['53', 'busy'],
  ['XX001', 'corrupt'],
  ['XX002', 'corrupt'],
  ['42P01', 'gone'],
  ['3F000', 'gone'],
  ['28', 'refused'],
  ['3D000', 'refused'],
  ['42501', 'refused'],
  ['58', 'disk'],
  ['08', 'unreachable'],
  ['57P', 'unreachable'],
  ['25P', 'unreachable'],
  ['ERR_INVALID_URL', 'unreachable'],
  ['E', 'unreachable']
]

/** SQLSTATE has five characters; whatever else ends a call leaves the connection in an unknown state. */
export function isAnswer(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^[0-9A-Z]{5}$/.test(String(error.code))
}

/** The client reports these without a code. */
const MESSAGES: readonly (readonly [RegExp, Fault])[] = [
  [/timeout|terminated|connection error|not queryable/i, 'unreachable'],
  [/^SASL/, 'refused']
]

/** Names the fault behind an error of the PostgreSQL client or the network. */
export function postgresFault(error: unknown): StoreFault {
  if (!(error instanceof Error) || 'code' in error) return faultOf(error, CODES)
  const told = MESSAGES.find(([pattern]) => pattern.test(error.message))
  return told === undefined ? faultOf(error, CODES) : new StoreFault(told[1], error)
}
