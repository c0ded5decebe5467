import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client'
import type { Engine } from '../engine/engine.js'
import type { ErrorCode } from '../errors.js'
import type { ScoreResult } from '../schemas/score.js'
import { exposeEngine, exposeQueues, QUEUES, type Gates } from './engine-metrics.js'
import { exposeUpstreams } from './upstream-metrics.js'
import { exposeWatch } from './watch-metrics.js'
import type { Upstream } from '../upstreams/contract.js'
import type { WatchStats } from '../watching/watch.js'

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
  /** A score that a sink will not get. */
  dropped(sink: string, reason: string): void
}

export interface MetricsOptions extends Gates {
  readonly engine: Engine
  readonly upstreams: ReadonlyMap<string, Pick<Upstream, 'stats'>>
  readonly watch: { stats(): WatchStats }
  /** Also expose the process: memory, CPU, event loop. Off in tests, where many apps share a process. */
  readonly processMetrics: boolean
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]
const CONFIDENCE = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1]
const REJECTIONS: ReadonlySet<ErrorCode> = new Set([
  'QUALM_ERR_QUEUE_FULL',
  'QUALM_ERR_QUEUE_TIMEOUT',
  'QUALM_ERR_OVERLOADED',
  'QUALM_ERR_NOT_READY',
  'QUALM_ERR_DRAINING'
])

type Queue = (typeof QUEUES)[keyof typeof QUEUES]
type ScoreMetrics = ReturnType<typeof createScoreMetrics>

function createScoreMetrics(registers: Registry[]) {
  return {
    scores: new Counter({
      name: 'qualm_scores_total',
      help: 'Scores by method and status.',
      labelNames: ['method', 'status'],
      registers
    }),
    decisions: new Counter({
      name: 'qualm_decisions_total',
      help: 'Decisions by action.',
      labelNames: ['action'],
      registers
    }),
    stages: new Histogram({
      name: 'qualm_stage_duration_seconds',
      help: 'Time per request and stage.',
      labelNames: ['stage'],
      buckets: SECONDS,
      registers
    }),
    queueWait: new Histogram({
      name: 'qualm_queue_wait_seconds',
      help: 'Wait of requests that asked a model.',
      labelNames: ['queue'],
      buckets: SECONDS,
      registers
    }),
    samples: new Counter({ name: 'qualm_samples_total', help: 'Samples scored.', registers }),
    pairs: new Counter({ name: 'qualm_entailment_pairs_total', help: 'Pairs compared for requests.', registers }),
    tokens: new Counter({ name: 'qualm_tokens_total', help: 'Tokens by direction.', labelNames: ['kind'], registers }),
    confidence: new Histogram({
      name: 'qualm_confidence',
      help: 'Calibrated confidence of answers.',
      buckets: CONFIDENCE,
      registers
    }),
    warnings: new Counter({
      name: 'qualm_evidence_problems_total',
      help: 'Warnings about evidence by code.',
      labelNames: ['code'],
      registers
    })
  }
}

/** Work that was not done is no observation; a value that is not finite is counted by the guard of answers. */
const isWork = (value: number): boolean => value > 0 && value < Infinity

function observeWork(
  { stages, queueWait, samples, pairs, tokens }: ScoreMetrics,
  result: ScoreResult,
  queue: Queue
): void {
  const { timing, usage, evidence } = result
  const { total_ms: total, language_ms: language, entailment_ms: entailment } = timing
  for (const [stage, ms] of Object.entries({ total, language, entailment })) {
    if (isWork(ms)) stages.observe({ stage }, ms / 1000)
  }
  if (isWork(usage.model_calls) && timing.queue_ms >= 0) queueWait.observe({ queue }, timing.queue_ms / 1000)
  const received = evidence.samples?.received ?? 0
  if (isWork(received)) samples.inc(received)
  if (isWork(usage.entailment_pairs)) pairs.inc(usage.entailment_pairs)
  if (isWork(usage.prompt_tokens)) tokens.inc({ kind: 'prompt' }, usage.prompt_tokens)
  if (isWork(usage.completion_tokens)) tokens.inc({ kind: 'completion' }, usage.completion_tokens)
}

function observeScore(metrics: ScoreMetrics, result: ScoreResult, queue: Queue): void {
  for (const [method, { status }] of Object.entries(result.scores)) metrics.scores.inc({ method, status })
  if (result.decision !== undefined) metrics.decisions.inc({ action: result.decision.action })
  const confidence = result.confidence?.value ?? NaN
  if (Number.isFinite(confidence)) metrics.confidence.observe(confidence)
  for (const { code } of result.warnings) metrics.warnings.inc({ code })
  observeWork(metrics, result, queue)
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
      name: 'qualm_rejected_total',
      help: 'Requests turned away.',
      labelNames: ['reason'],
      registers
    }),
    errors: new Counter({
      name: 'qualm_errors_total',
      help: 'Error answers by code.',
      labelNames: ['code'],
      registers
    }),
    dropped: new Counter({
      name: 'qualm_sink_dropped_total',
      help: 'Scores that could not be told to a sink, by reason.',
      labelNames: ['sink', 'reason'],
      registers
    }),
    holes: new Counter({
      name: 'qualm_not_finite_total',
      help: 'Numbers replaced by null. Anything but 0 is a bug.',
      registers
    })
  }
}

/** Metrics of one app, in a registry of its own. The engine's counters are read when they are scraped. */
export function createMetrics({ engine, upstreams, watch, processMetrics, ...gates }: MetricsOptions): Metrics {
  const register = new Registry()
  const registers = [register]
  if (processMetrics) collectDefaultMetrics({ register })
  exposeEngine(engine, registers)
  exposeUpstreams(upstreams, registers)
  exposeQueues(gates, registers)
  exposeWatch(() => watch.stats(), registers)
  const edge = createEdgeMetrics(registers)
  const scores = createScoreMetrics(registers)
  for (const queue of Object.values(QUEUES)) scores.queueWait.zero({ queue })
  return {
    contentType: register.contentType,
    render: () => register.metrics(),
    request: ({ method, route, status, seconds }) => edge.requests.observe({ method, route, status }, seconds),
    score: (result) => observeScore(scores, result, upstreams.has(result.model) ? QUEUES.remote : QUEUES.local),
    refusal: (code) => {
      edge.errors.inc({ code })
      if (REJECTIONS.has(code)) edge.rejected.inc({ reason: code.replace('QUALM_ERR_', '').toLowerCase() })
    },
    notFinite: (count) => edge.holes.inc(count),
    dropped: (sink, reason) => edge.dropped.inc({ sink, reason })
  }
}
