import autoload from '@fastify/autoload'
import underPressure from '@fastify/under-pressure'
import Fastify, { LogController } from 'fastify'
import type { FastifyBaseLogger, FastifyInstance, FastifyServerOptions } from 'fastify'
import { fileURLToPath } from 'node:url'
import type { Config } from './settings.js'
import { QualmError } from './errors.js'
import { answerClientError } from './http/client-error.js'
import { decorate } from './http/decorators.js'
import { documentRoutes } from './http/documentation.js'
import { closeConnectionsWhileDraining } from './http/drain.js'
import { guardNumbers } from './http/finite-guard.js'
import { createJsonParser, readJsonBodies } from './http/json.js'
import type { Metrics } from './http/metrics.js'
import { sendOpenAiError } from './http/openai-error.js'
import { requestIdOf } from './http/request-id.js'
import { logContents, observeRequests } from './http/request-log.js'
import { BARE_HEADERS, sendProblem, sendRouterProblem } from './http/send-problem.js'
import { refuseUnknownRoutes, speaksOpenAi } from './http/unknown-routes.js'
import { buildValidator } from './http/validators.js'
import { SHARED_SCHEMAS } from './schemas/shared.js'
import type { Services } from './services.js'
import type { Sink } from './sinks/langfuse.js'
import type { Telemetry } from './telemetry/telemetry.js'

/** What an app is made of. Tests pass services on fakes. */
export interface AppOptions extends Services {
  readonly config: Config
  readonly metrics: Metrics
  readonly log: FastifyBaseLogger
  readonly telemetry?: Telemetry
  /** Where results go beside the answer. */
  readonly sink?: Sink
  /** The key of the upstream behind an alias, so that no answer repeats it; null: it has none. */
  readonly keyOf?: (alias: string) => string | null
}

// Fastify types a validator as ajv's own function; it also takes one that returns the error to throw.
const schemaController = { compilersFactory: { buildValidator } } as unknown as NonNullable<
  FastifyServerOptions['schemaController']
>

function createServer({ config, log }: AppOptions): FastifyInstance {
  return Fastify({
    bodyLimit: config.bodyLimitBytes,
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'request_id' }),
    requestIdHeader: false,
    genReqId: requestIdOf,
    routerOptions: { maxParamLength: 100 },
    // Answered by a hook instead, as a problem document.
    return503OnClosing: false,
    clientErrorHandler: answerClientError,
    frameworkErrors: sendRouterProblem,
    schemaController
  })
}

/** Headers first, so that whatever is refused later carries them. */
function setHeaders(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(BARE_HEADERS).header('x-request-id', request.id)
    done()
  })
}

const PROBES: ReadonlySet<string> = new Set(['/livez', '/readyz', '/metrics'])

/** Sheds load while the event loop lags; probes still answer, so that the process is not taken for dead. */
async function registerPressureValve(app: FastifyInstance, maxEventLoopDelay: number): Promise<void> {
  if (maxEventLoopDelay === 0) return
  await app.register(underPressure, {
    maxEventLoopDelay,
    pressureHandler: async (request) => {
      if (PROBES.has(request.url.split('?', 1)[0]!)) return
      throw new QualmError('QUALM_ERR_OVERLOADED', 'Qualm is too busy; try again.', { retryAfterSeconds: 1 })
    }
  })
}

/** Builds the app: edge, decorators, documentation, routes, in this order. It does not listen. */
export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const { config } = options
  const app = createServer(options)
  const parseJson = createJsonParser(app)
  decorate(app, { ...options, parseJson })
  app.setErrorHandler((error, request, reply) => {
    const send = speaksOpenAi(request) ? sendOpenAiError : sendProblem
    return send(error, request, reply)
  })
  setHeaders(app)
  closeConnectionsWhileDraining(app, app.drain)
  await registerPressureValve(app, config.maxEventLoopDelayMs)
  refuseUnknownRoutes(app)
  readJsonBodies(app, parseJson)
  guardNumbers(app)
  options.telemetry?.follow(app)
  observeRequests(app, options.metrics)
  if (config.logContent) logContents(app)
  for (const schema of SHARED_SCHEMAS) app.addSchema(schema)
  app.addHook('onClose', () => options.watch.close())
  await documentRoutes(app)
  await app.register(autoload, { dir: fileURLToPath(new URL('../routes', import.meta.url)) })
  return app
}
