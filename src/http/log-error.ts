import { QualmError } from '../errors.js'

/** What the log keeps of an error. */
export interface LoggedError {
  readonly type: string
  readonly message?: string
  readonly code?: string
  readonly stack?: string
  readonly cause?: LoggedError
}

const DEEPEST_CAUSE = 4

/**
 * Serialiser of errors for the log. The text of an error that Qualm did not write may quote a prompt (a JSON parser
 * does), so unless content is logged only its kind, system code and stack frames are kept.
 */
export function createErrorSerialiser(logContent: boolean): (error: unknown) => LoggedError {
  const serialise = (error: unknown, depth: number): LoggedError => {
    if (!(error instanceof Error)) return { type: typeof error }
    const { code } = error as { code?: unknown }
    const frames = error.stack
      ?.split('\n')
      .filter((line) => /^\s+at /.test(line))
      .join('\n')
    return {
      type: error.name,
      ...(error instanceof QualmError || logContent ? { message: error.message } : {}),
      ...(typeof code === 'string' ? { code } : {}),
      ...(frames === undefined ? {} : { stack: frames }),
      ...(error.cause === undefined || depth === 0 ? {} : { cause: serialise(error.cause, depth - 1) })
    }
  }
  return (error) => serialise(error, DEEPEST_CAUSE)
}
