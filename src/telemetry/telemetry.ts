/** Traces across Qualm: the caller's is continued, and handed on to upstreams. */
import type { FastifyInstance } from 'fastify'
import type { Engine } from '../engine/engine.js'
import type { ScoreResult } from '../schemas/score-result.js'
import type { Transport } from '../upstreams/contract.js'
import { passTraces } from './pass-traces.js'

/** What there is to tell of a request and of the models that it asks. Prompts and answers are never told. */
export interface Telemetry {
  /** Follows every request of the app. Call it before routes are registered. */
  follow(app: FastifyInstance): void
  /** The same engine, told of. */
  engine(engine: Engine): Engine
  /** The same transport to the upstream behind an alias; chats that are relayed over it are told of. */
  upstream(alias: string, transport: Transport): Transport
  /** `traceparent` and `tracestate` for a call that the current request makes; empty when it belongs to no trace. */
  headers(): Readonly<Record<string, string>>
  /** Tells a result of the current request. */
  record(result: ScoreResult): void
  /** Sends what is not sent yet. Never fails. */
  close(): Promise<void>
}

export interface TelemetryOptions {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly version: string
  /** Name of what serves a model, for the spans: `qualm` or a dialect of upstreams. */
  readonly providerOf: (model: string) => string
}

const ENDPOINTS = ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] as const

/** Spans to an OpenTelemetry collector when the environment names one; else traces only pass through. */
export async function openTelemetry(options: TelemetryOptions): Promise<Telemetry> {
  if (ENDPOINTS.every((name) => !options.env[name])) return passTraces()
  const { exportSpans } = await import('./export-spans.js')
  return exportSpans(options)
}
