import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client'
import type { Admission } from '../engine/admission.js'
import type { Engine } from '../engine/engine.js'
import type { ErrorCode } from '../errors.js'
import type { ScoreResult } from '../schemas/score.js'
import { exposeEngine, exposeQueue } from './engine-metrics.js'
import { finite } from './finite.js'

/** One answered request. `route` is the pattern, never the URL. */
export interface RequestFacts {
  readonly method: string
  readonly route: string
  readonly status: number
  readonly seconds: number
}

/** What Prometheus reads. No label takes a value that a caller chose. */
export interface Metrics {
  readonly contentType: string
  render(): Promise<string>
  request(facts: RequestFacts): void
  score(result: ScoreResult): void
  refusal(code: ErrorCode): void
  notFinite(count: number): void
}

export interface MetricsOptions {
  readonly engine: Engine
  readonly admission: Admission
  /** Also expose the process: memory, CPU, event loop. Off in tests, where many apps share a process. */
  readonly process: boolean
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]
const CONFIDENCE = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1]
const REJECTIONS: ReadonlySet<ErrorCode> = new Set([
  'QUALM_ERR_QUEUE_FULL', 'QUALM_ERR_QUEUE_TIMEOUT', 'QUALM_ERR_OVERLOADED', 'QUALM_ERR_NOT_READY', 'QUALM_ERR_DRAINING'
])

function createScoreMetrics(registers: Registry[]) {
  return {
    scores: new Counter({
      name: 'qualm_scores_total', help: 'Scores by method and status.', labelNames: ['method', 'status'], registers
    }),
    decisions: new Counter({
      name: 'qualm_decisions_total', help: 'Decisions by action.', labelNames: ['action'], registers
    }),
    stages: new Histogram({
      name: 'qualm_stage_duration_seconds',
      help: 'Time per request and stage.',
      labelNames: ['stage'],
      buckets: SECONDS,
      registers
    }),
    queueWait: new Histogram({
      name: 'qualm_queue_wait_seconds', help: 'Time from arrival to the first model call.', buckets: SECONDS, registers
    }),
    samples: new Counter({ name: 'qualm_samples_total', help: 'Samples scored.', registers }),
    pairs: new Counter({ name: 'qualm_entailment_pairs_total', help: 'Pairs compared for requests.', registers }),
    tokens: new Counter({ name: 'qualm_tokens_total', help: 'Tokens by direction.', labelNames: ['kind'], registers }),
    confidence: new Histogram({
      name: 'qualm_confidence', help: 'Calibrated confidence of answers.', buckets: CONFIDENCE, registers
    }),
    warnings: new Counter({
      name: 'qualm_evidence_problems_total', help: 'Warnings about evidence by code.', labelNames: ['code'], registers
    })
  }
}

function observeScore(metrics: ReturnType<typeof createScoreMetrics>, result: ScoreResult): void {
  for (const [method, { status }] of Object.entries(result.scores)) metrics.scores.inc({ method, status })
  if (result.decision !== undefined) metrics.decisions.inc({ action: result.decision.action })
  if (result.confidence !== undefined) metrics.confidence.observe(result.confidence.value)
  for (const { code } of result.warnings) metrics.warnings.inc({ code })
  const { timing, usage } = result
  metrics.queueWait.observe(timing.queue_ms / 1000)
  metrics.stages.observe({ stage: 'language' }, timing.language_ms / 1000)
  metrics.stages.observe({ stage: 'entailment' }, timing.entailment_ms / 1000)
  metrics.stages.observe({ stage: 'total' }, timing.total_ms / 1000)
  metrics.samples.inc(result.evidence.samples?.received ?? 0)
  metrics.pairs.inc(usage.entailment_pairs)
  metrics.tokens.inc({ kind: 'prompt' }, usage.prompt_tokens)
  metrics.tokens.inc({ kind: 'completion' }, usage.completion_tokens)
}

function createEdgeMetrics(registers: Registry[]) {
  return {
    requests: new Histogram({
      name: 'http_server_request_duration_seconds',
      help: 'Time to answer.',
      labelNames: ['method', 'route', 'status'],
      buckets: SECONDS,
      registers
    }),
    rejected: new Counter({
      name: 'qualm_rejected_total', help: 'Requests turned away.', labelNames: ['reason'], registers
    }),
    errors: new Counter({
      name: 'qualm_errors_total', help: 'Error answers by code.', labelNames: ['code'], registers
    }),
    holes: new Counter({
      name: 'qualm_not_finite_total', help: 'Numbers replaced by null. Anything but 0 is a bug.', registers
    })
  }
}

/** Metrics of one app, in a registry of its own. The engine's counters are read when they are scraped. */
export function createMetrics({ engine, admission, process }: MetricsOptions): Metrics {
  const register = new Registry()
  const registers = [register]
  if (process) collectDefaultMetrics({ register })
  exposeEngine(engine, registers)
  exposeQueue(admission, registers)
  const edge = createEdgeMetrics(registers)
  const scores = createScoreMetrics(registers)
  return {
    contentType: register.contentType,
    render: () => register.metrics(),
    request: ({ method, route, status, seconds }) => edge.requests.observe({ method, route, status }, seconds),
    // prom-client throws on NaN; the guard of answers counts such a result.
    score: (result) => finite(result).pointers.length === 0 ? observeScore(scores, result) : undefined,
    refusal: (code) => {
      edge.errors.inc({ code })
      if (REJECTIONS.has(code)) edge.rejected.inc({ reason: code.replace('QUALM_ERR_', '').toLowerCase() })
    },
    notFinite: (count) => edge.holes.inc(count)
  }
}
