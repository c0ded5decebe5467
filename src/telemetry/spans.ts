/** Telemetry as spans: one per request, one per call of a language model, events for scores. */
import {
  context,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Context,
  type Tracer
} from '@opentelemetry/api'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { whenOver } from '../http/request-end.js'
import type { ScoreResult } from '../schemas/score-result.js'
import type { Telemetry } from './telemetry.js'
import { tracedRelay } from './traced-relay.js'
import { tracedEngine } from './traced-engine.js'

const QUIET: ReadonlySet<string> = new Set(['/livez', '/readyz', '/version', '/metrics'])

/** Events for the scores that have a value, and for the confidence. */
function evaluations({ id, scores, confidence, decision }: ScoreResult) {
  const values = Object.entries(scores).map(([name, { value }]) => [name, value] as const)
  const all = confidence === undefined ? values : [...values, ['confidence', confidence.value] as const]
  const label = decision === undefined ? {} : { 'gen_ai.evaluation.score.label': decision.action }
  return all.flatMap(([name, value]) =>
    value === null
      ? []
      : [{ 'gen_ai.evaluation.name': name, 'gen_ai.evaluation.score.value': value, 'qualm.score.id': id, ...label }]
  )
}

function finish(within: Context, reply: FastifyReply): void {
  const span = trace.getSpan(within)
  span?.setAttribute('http.response.status_code', reply.statusCode)
  if (reply.statusCode >= 500 || reply.brokeOff) {
    span?.setAttribute('error.type', reply.problemCode ?? String(reply.statusCode))
    span?.setStatus({ code: SpanStatusCode.ERROR })
  }
  span?.end()
}

function followRequests(app: FastifyInstance, tracer: Tracer): void {
  const contexts = new WeakMap<FastifyRequest, Context>()
  app.addHook('onRequest', (request, _reply, done) => {
    const route = request.is404 ? undefined : request.routeOptions.url
    if (route !== undefined && !QUIET.has(route)) {
      const attributes = { 'http.request.method': request.method, 'http.route': route }
      const parent = propagation.extract(ROOT_CONTEXT, request.headers)
      const span = tracer.startSpan(`${request.method} ${route}`, { kind: SpanKind.SERVER, attributes }, parent)
      contexts.set(request, trace.setSpan(parent, span))
    }
    done()
  })
  // Once the body is read: reading it leaves the context of the hooks before.
  app.addHook('preHandler', (request, _reply, done) => context.with(contexts.get(request) ?? ROOT_CONTEXT, done))
  whenOver(app, (request, reply) => {
    const within = contexts.get(request)
    if (within !== undefined) finish(within, reply)
  })
}

/**
 * Telemetry on a tracer; needs OpenTelemetry's context manager and propagator to be registered.
 *
 * @param close sends what waits
 */
export function spanTelemetry(
  tracer: Tracer,
  providerOf: (model: string) => string,
  close: () => Promise<void>
): Telemetry {
  return {
    follow: (app) => followRequests(app, tracer),
    engine: (engine) => tracedEngine(engine, tracer, providerOf),
    upstream: (alias, transport) => tracedRelay(alias, transport, tracer, providerOf(alias)),
    headers() {
      const headers: Record<string, string> = {}
      propagation.inject(context.active(), headers)
      return headers
    },
    record(result) {
      const span = trace.getActiveSpan()
      for (const attributes of evaluations(result)) span?.addEvent('gen_ai.evaluation.result', attributes)
    },
    close
  }
}
