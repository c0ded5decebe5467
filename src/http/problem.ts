import type { QualmError } from '../errors.js'
import type { Problem } from '../schemas/problem.js'

/** The request that went wrong. */
export interface ProblemPlace {
  readonly requestId: string
  /** Request target; its query is dropped. */
  readonly url: string
}

const LONGEST_PATH = 256

/** The problem document of an error, without anything that the error's author did not write for the caller. */
export function problemOf(error: QualmError, { requestId, url }: ProblemPlace): Problem & Record<string, unknown> {
  return {
    ...error.extra,
    type: `urn:qualm:error:${error.code.replace('QUALM_ERR_', '').toLowerCase()}`,
    title: error.title,
    status: error.status,
    detail: error.message,
    instance: url.split('?', 1)[0]!.slice(0, LONGEST_PATH),
    code: error.code,
    request_id: requestId,
    errors: error.errors.map(({ pointer, message }) => ({ pointer, message }))
  }
}
