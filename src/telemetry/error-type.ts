import { QualmError } from '../errors.js'

/** Low-cardinality name of a failure, for `error.type`: its code, else the name of its class. */
export function errorType(error: unknown): string {
  if (error instanceof QualmError) return error.code
  return error instanceof Error ? error.name : '_OTHER'
}
