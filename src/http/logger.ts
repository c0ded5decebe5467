import type { FastifyBaseLogger } from 'fastify'
import { pino } from 'pino'
import { createErrorSerialiser } from './log-error.js'

const STDOUT = 1

/** Where log lines go. */
export interface LogStream {
  write(line: string): void
}

export interface LoggerSettings {
  readonly logLevel: string
  readonly logContent: boolean
}

/**
 * The log, on standard output unless a stream is given: JSON lines, without request objects (a URL is the caller's
 * text) and without foreign error texts.
 */
export function createLogger({ logLevel, logContent }: LoggerSettings, stream?: LogStream): FastifyBaseLogger {
  const err = createErrorSerialiser(logContent)
  const serializers = { err, error: err, req: () => undefined, res: () => undefined }
  const options = { level: logLevel, base: null, serializers }
  // Written at once: pino's default would lose the last line when the process exits.
  return pino(options, stream ?? pino.destination({ fd: STDOUT, sync: true }))
}
