import type { FastifyInstance } from 'fastify'
import type { Test } from 'tap'
import { buildApp } from '../src/app.js'
import { defaults } from '../src/config.js'
import type { Config } from '../src/settings.js'
import { createLogger, type LogStream } from '../src/http/logger.js'
import { createMetrics } from '../src/http/metrics.js'
import { packageRoot } from '../src/package-root.js'
import { loadScorers } from '../src/scorer-registry.js'
import { createServices, type Services } from '../src/services.js'
import { createFakeEngine } from './fixtures/fake-engine.js'
import { NO_STORE } from './fixtures/no-store.js'
import type { Telemetry } from '../src/telemetry/telemetry.js'
import type { Sink } from '../src/sinks/langfuse.js'

/** What a test wants different from the usual app. */
export interface Overrides extends Partial<Services> {
  readonly config?: Partial<Config>
  readonly logStream?: LogStream
  readonly telemetry?: Telemetry
  readonly sink?: Sink
  readonly keyOf?: (alias: string) => string | null
}

/** Pressure is measured on a shared machine, so tests do without it. */
const CONFIG: Partial<Config> = { logLevel: 'silent', maxEventLoopDelayMs: 0 }

/** The scorers of this build. */
export const scorers = await loadScorers(new URL('../scorers/', import.meta.url))

/**
 * An app with the real scorers and the real use case on a fake engine. It closes itself. `overrides` replaces services
 * and settings; a test that needs policies passes a store.
 */
export async function build(t: Test, overrides: Overrides = {}): Promise<FastifyInstance> {
  const { config: changes, logStream, ...given } = overrides
  const config = { ...defaults(), ...CONFIG, ...changes }
  const engine = given.engine ?? createFakeEngine()
  const upstreams = given.upstreams ?? new Map()
  const foundations = { config, engine, upstreams, scorers: given.scorers ?? scorers, store: given.store ?? NO_STORE }
  const services = { ...createServices(foundations), ...given }
  const metrics = createMetrics({ ...services, processMetrics: false })
  const app = await buildApp({ ...services, config, metrics, log: createLogger(config, logStream) })
  t.teardown(() => app.close())
  await app.ready()
  return app
}

/** A log stream and the lines it got. */
export function captureLog() {
  const written: string[] = []
  return {
    stream: {
      write: (line: string) => {
        written.push(line)
      }
    } satisfies LogStream,
    text: () => written.join(''),
    lines: () => written.map((line) => JSON.parse(line) as Record<string, unknown>)
  }
}

/** The committed file of that name in the package's folder. */
export const packageFile = (name: string): URL => new URL(name, packageRoot())
