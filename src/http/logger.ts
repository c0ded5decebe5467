import type { FastifyBaseLogger } from 'fastify'
import { pino } from 'pino'
import { createErrorSerialiser } from './log-error.js'

/** Where log lines go. */
export interface LogStream {
  write(line: string): void
}

export interface LoggerSettings {
  readonly logLevel: string
  readonly logContent: boolean
}

/** The log: JSON lines, without request objects (a URL is the caller's text) and without foreign error texts. */
export function createLogger({ logLevel, logContent }: LoggerSettings, stream?: LogStream): FastifyBaseLogger {
  const err = createErrorSerialiser(logContent)
  const serializers = { err, error: err, req: () => undefined, res: () => undefined }
  const options = { level: logLevel, base: null, serializers }
  return stream === undefined ? pino(options) : pino(options, stream)
}
