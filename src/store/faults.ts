import { QualmError } from '../errors.js'

/** What went wrong with the store. */
export type Fault =
  'busy' | 'read_only' | 'corrupt' | 'full' | 'gone' | 'unreachable' | 'refused' | 'disk' | 'newer' | 'closed' | 'other'

/** What to do about each fault; every database says it in its own words. It never quotes a path, a URL or a secret. */
export type Advice = Readonly<Record<Fault, string>>

/** What is the same for every database. */
export const COMMON_ADVICE = {
  busy: 'Another process keeps the store locked. Try again.',
  closed: 'The store is closed: the service is shutting down.',
  other: 'The store did not answer. The cause is in the log.'
} as const satisfies Partial<Advice>

/** Reports one fault of the store. */
export class StoreFault extends Error {
  override readonly name = 'StoreFault'
  readonly fault: Fault
  constructor(fault: Fault, cause?: unknown) {
    super(fault, { cause })
    this.fault = fault
  }
}

/** Text of `code` on a system or database error, else empty. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}

/** Codes by prefix, in order, with the fault that each stands for. */
export type FaultCodes = readonly (readonly [prefix: string, fault: Fault])[]

/** Names the fault behind an error of a database client or the system. */
export function faultOf(error: unknown, codes: FaultCodes): StoreFault {
  if (error instanceof StoreFault) return error
  const code = codeOf(error)
  return new StoreFault(codes.find(([prefix]) => code.startsWith(prefix))?.[1] ?? 'other', error)
}

/** The coded error that a caller gets. Waiting helps against a lock only. */
export function storeError(fault: StoreFault, advice: Advice): QualmError {
  return new QualmError('QUALM_ERR_STORE', advice[fault.fault], {
    cause: fault.cause ?? fault,
    ...(fault.fault === 'busy' && { retryAfterSeconds: 1 })
  })
}
