import type { FastifyInstance } from 'fastify'
import type { Test } from 'tap'
import { buildApp } from '../src/app.js'
import { defaults, type Config } from '../src/config.js'
import { createMetrics } from '../src/http/metrics.js'
import { createLogger, type LogStream } from '../src/http/logger.js'
import { defineScorer, type Scorer } from '../src/scorer.js'
import type { Services } from '../src/services.js'
import { createFakeEngine } from './fixtures/fake-engine.js'
import { createFakeScoring } from './fixtures/fake-scoring.js'

/** What a test wants different from the usual app. */
export interface Overrides extends Partial<Services> {
  readonly config?: Partial<Config>
  readonly logStream?: LogStream
}

const SCORER = defineScorer({
  name: 'answer_length',
  summary: 'Counts the characters of the answer.',
  reference: 'None; it stands in for a real scorer.',
  needs: ['answer'],
  unit: 'count',
  range: [0, null],
  direction: 'higher_is_more_uncertain',
  cost: { generations: 1, entailment_pairs: 0 },
  score: ({ answer }) => ({ value: answer.text.length })
})

const refuse = async (): Promise<never> => { throw new Error('this test has no store') }

const SERVICES: Omit<Services, 'engine' | 'scoring'> = {
  scorers: new Map<string, Scorer>([[SCORER.name, SCORER as unknown as Scorer]]),
  policies: { create: refuse, list: refuse, get: refuse, remove: refuse, lookup: refuse },
  store: {
    putPolicy: refuse, getPolicy: refuse, listPolicies: refuse, deletePolicy: refuse,
    problem: () => null, close: async () => undefined
  }
}

/** Pressure is measured on a shared machine, so tests do without it. */
const CONFIG: Partial<Config> = { logLevel: 'silent', maxEventLoopDelayMs: 0 }

/** An app on fakes that closes itself. `overrides` replaces services and settings. */
export async function build(t: Test, overrides: Overrides = {}): Promise<FastifyInstance> {
  const { config: changes, logStream, ...services } = overrides
  const config = { ...defaults(), ...CONFIG, ...changes }
  const engine = overrides.engine ?? createFakeEngine()
  const app = await buildApp({
    ...SERVICES,
    scoring: createFakeScoring(),
    ...services,
    engine,
    metrics: createMetrics({ engine, process: false }),
    log: createLogger(config, logStream),
    config
  })
  t.teardown(() => app.close())
  await app.ready()
  return app
}

/** A log stream and the lines it got, parsed. */
export function captureLog() {
  const written: string[] = []
  return {
    stream: { write: (line: string) => { written.push(line) } } satisfies LogStream,
    text: () => written.join(''),
    lines: () => written.map((line) => JSON.parse(line) as Record<string, unknown>)
  }
}
