/** Answers chat requests, each by the model that it names. */
import { systemClock, type Clock } from '../engine/clock.js'
import type { Decoding, Engine, ModelInfo } from '../engine/engine.js'
import type { ChatUncertainty } from '../schemas/chat.js'
import { chooseModel, nobodyMeant } from '../scoring/model-choice.js'
import type { ScoringDependencies, Scoring } from '../scoring/scoring.js'
import type { Upstream } from '../upstreams/contract.js'
import { actsFor, requireActs } from './acts-for.js'
import { beginAssessment, failedAssessment, type Assessment, type BasisOf } from './assessment.js'
import type { Chat, ChatCall, ChatContext } from './contract.js'
import { answerEmbedded } from './embedded.js'
import { embeddedSettings } from './embedded-settings.js'
import { relay } from './relay.js'
import { secretOf } from './secret.js'

export interface ChatDependencies {
  readonly scoring: Scoring
  readonly engine: Engine
  readonly upstreams: ReadonlyMap<string, Upstream>
  /** The upstream's own name of the model behind an alias. */
  readonly nameOf: (alias: string) => string
  /** The key of the upstream behind an alias; null: it has none. */
  readonly keyOf: (alias: string) => string | null
  readonly admission: ScoringDependencies['admission']
  /** Time that an answer of the embedded model may take, its wait for a place included. */
  readonly deadlineMs: number
  readonly clock?: Clock
  /** What requests without `uncertainty` mean. */
  readonly defaultUncertainty?: false | ChatUncertainty | undefined
}

/** The language model that a request means. Throws QUALM_ERR_UNKNOWN_MODEL. */
function chosen({ body }: ChatCall, engine: Engine): ModelInfo {
  const found = chooseModel(body.model, engine)
  if (found === null) throw nobodyMeant(engine)
  return found
}

/** The request with the operator's default for `uncertainty` where it has none of its own. */
function withDefault(call: ChatCall, uncertainty: ChatDependencies['defaultUncertainty']): ChatCall {
  if (call.body.uncertainty !== undefined || uncertainty === undefined) return call
  return { ...call, body: { ...call.body, uncertainty }, isDefault: true }
}

/** Builds the service on models, scoring and the gate before the embedded model. */
export function createChat(dependencies: ChatDependencies): Chat {
  const { scoring, engine, upstreams, nameOf, keyOf, clock = systemClock, defaultUncertainty } = dependencies

  const assessmentOf = async (call: ChatCall, context: ChatContext, model: string, basisOf: BasisOf) => {
    const { body, metadata = {} } = call
    const asked = body.uncertainty ?? {}
    if (asked === false) return null
    const begun = beginAssessment({ scoring, body, metadata, asked, model, basisOf, context })
    return call.isDefault === true ? begun.catch((error: unknown) => failedAssessment(error, asked, context)) : begun
  }

  const viaUpstream = async (upstream: Upstream, call: ChatCall, context: ChatContext) => {
    const basisOf = (decoding: Decoding) => upstream.basis(decoding)
    const assessment: Assessment | null = await assessmentOf(call, context, upstream.alias, basisOf)
    const acts = actsFor(call, context, upstream.alias, { engine, complete })
    const { alias } = upstream
    return relay({ upstream, model: nameOf(alias), secret: secretOf(keyOf(alias)), call, context, assessment, acts })
  }

  const viaEmbedded = async (model: ModelInfo, call: ChatCall, context: ChatContext) => {
    const settings = embeddedSettings(call.body)
    const isStreamed = call.body.stream === true
    const assessment = await assessmentOf(call, context, model.id, () => 'pre_sampling')
    const acts = actsFor(call, context, model.id, { engine, complete })
    return answerEmbedded({ ...dependencies, clock, model, settings, isStreamed, context, assessment, acts })
  }

  const complete: Chat['complete'] = async (asked, context) => {
    const call = withDefault(asked, defaultUncertainty)
    const model = chosen(call, engine)
    if (call.isDefault !== true) requireActs(call, model.id, engine)
    const upstream = upstreams.get(model.id)
    return upstream === undefined ? viaEmbedded(model, call, context) : viaUpstream(upstream, call, context)
  }
  return { complete }
}
