import type { FastifyInstance, FastifyReply } from 'fastify'
import { createChat } from '../chat/chat.js'
import type { Chat } from '../chat/contract.js'
import type { Config } from '../settings.js'
import type { ErrorCode } from '../errors.js'
import { createGuardrail, type Guardrail } from '../integrations/litellm.js'
import type { Readiness } from '../schemas/operations.js'
import type { PresetList } from '../schemas/preset.js'
import type { ScoreResult } from '../schemas/score.js'
import { describePresets } from '../scoring/preset-costs.js'
import type { Services } from '../services.js'
import { VERSION, type Version } from '../version.js'
import { ActiveRequests } from './active-requests.js'
import { answerLines, type LineService } from './answer-lines.js'
import { Drain } from './drain.js'
import type { ParseJson } from './json.js'
import type { Metrics } from './metrics.js'
import { createModelCatalogue, type ModelCatalogue } from './model-catalogue.js'
import { observedScoring, type Observers } from './observed-scoring.js'
import { createReadiness } from './readiness.js'
import { sendChat } from './send-chat.js'
import { readUpload, type Upload } from './uploads.js'

/** Who asks, and whether somebody still waits for the answer. */
export interface ScoringContext {
  readonly signal: AbortSignal
  readonly requestId: string
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Reads and answers as OpenAI's API does: errors are its error objects, and the bytes of bodies are kept. */
    readonly speaksOpenAi?: boolean
  }
  interface FastifyRequest {
    /** The body as it came, where the route keeps it. */
    bytes: Uint8Array | null
  }
  interface FastifyInstance extends Services {
    readonly chat: Chat
    readonly config: Config
    readonly metrics: Metrics
    readonly drain: Drain
    readonly activeRequests: ActiveRequests
    /** Unix seconds when the app was built. */
    readonly startedAt: number
    readonly release: Version
    readonly guardrail: Guardrail
    readiness(): Promise<Readiness>
    /** Every model, and what is known of it. */
    readonly catalogue: ModelCatalogue
    /** Every preset with its cost. */
    presets(): PresetList
  }
  interface FastifyReply {
    /** Code of the problem that was answered, for the log. */
    problemCode: ErrorCode | null
    /** Whether the answer ended in mid-stream by a fault; `problemCode` names it. */
    brokeOff: boolean
    /** Context for a service call. Its signal fires when the client leaves. */
    context(): ScoringContext
    /** Puts action and confidence into headers, for gateways that read no bodies. Returns the result. */
    withHeaders(result: ScoreResult): ScoreResult
    /** Answers a chat request. */
    chat(): Promise<FastifyReply>
    /** Answers an NDJSON body line by line. */
    lines<B>(service: LineService<B>): FastifyReply
    /** Reads an NDJSON body into one valid value. */
    upload<B>(upload: Upload): Promise<B>
  }
}

export interface Decorations extends Services, Observers {
  readonly config: Config
  readonly parseJson: ParseJson
  /** The key of the upstream behind an alias, so that no answer repeats it; null: it has none. */
  readonly keyOf?: (alias: string) => string | null
}

/** Makes its signal when it is first asked for: a request whose evidence is supplied is scored before one is needed. */
function context(this: FastifyReply): ScoringContext {
  const { raw, request, server } = this
  return {
    requestId: request.id,
    get signal() {
      return server.activeRequests.signalOf(raw)
    }
  }
}

function withHeaders(this: FastifyReply, result: ScoreResult): ScoreResult {
  if (result.decision !== undefined) this.header('x-uncertainty-action', result.decision.action)
  if (result.confidence !== undefined) this.header('x-uncertainty-confidence', String(result.confidence.value))
  return result
}

/** Chat on the services as routes see them. */
function chatOf(app: FastifyInstance, { config, keyOf = () => null }: Pick<Decorations, 'config' | 'keyOf'>): Chat {
  const { scoring, engine, upstreams, admission } = app
  const nameOf = (alias: string) => config.upstreams[alias]?.model ?? alias
  const { deadlineMs, chat: { uncertainty: defaultUncertainty } = {} } = config
  return createChat({ scoring, engine, upstreams, admission, nameOf, keyOf, deadlineMs, defaultUncertainty })
}

/** Hangs the services on the app and the helpers on the reply: all that routes may use. */
export function decorate(app: FastifyInstance, { config, parseJson, ...services }: Decorations): void {
  app.decorate('config', config)
  app.decorate('metrics', services.metrics)
  app.decorate('drain', new Drain())
  app.decorate('activeRequests', new ActiveRequests())
  app.decorate('startedAt', Math.floor(Date.now() / 1000))
  app.decorate('release', VERSION)
  app.decorate('presets', () => describePresets(services.scorers))
  app.decorate('engine', services.engine)
  app.decorate('upstreams', services.upstreams)
  app.decorate('catalogue', createModelCatalogue(app))
  app.decorate('scorers', services.scorers)
  app.decorate('scoring', observedScoring(services.scoring, services))
  app.decorate('guardrail', createGuardrail(app.scoring))
  app.decorate('policies', services.policies)
  app.decorate('watch', services.watch)
  app.decorate('feedback', services.feedback)
  app.decorate('canaries', services.canaries)
  app.decorate('calibrations', services.calibrations)
  app.decorate('evaluations', services.evaluations)
  app.decorate('judges', services.judges)
  app.decorate('transfer', services.transfer)
  app.decorate('store', services.store)
  app.decorate('admission', services.admission)
  app.decorate('remoteAdmission', services.remoteAdmission)
  app.decorate('readiness', createReadiness(app))
  app.decorate('chat', chatOf(app, { config, ...services }))
  app.decorateRequest('bytes', null)
  app.decorateReply('problemCode', null)
  app.decorateReply('brokeOff', false)
  app.decorateReply('context', context)
  app.decorateReply('withHeaders', withHeaders)
  app.decorateReply('chat', function chat(this: FastifyReply) {
    return sendChat(this.request, this)
  })
  app.decorateReply('lines', function lines<B>(this: FastifyReply, service: LineService<B>) {
    return answerLines(this.request, this, parseJson, config, service)
  })
  app.decorateReply('upload', function upload<B>(this: FastifyReply, how: Upload) {
    return readUpload<B>(this.request, parseJson, config.lineLimitBytes, how)
  })
}
