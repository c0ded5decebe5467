import type { Engine, ModelInfo } from '../engine/engine.js'
import { QualmError } from '../errors.js'
import { describeProbe } from '../schemas/model-probe.js'
import { describeModel, type ModelDescription } from '../schemas/model.js'
import type { Upstream } from '../upstreams/contract.js'
import { probeUpstream } from '../upstreams/probe/probed.js'

/** What the catalogue is read from. */
export interface ModelSources {
  readonly engine: Pick<Engine, 'models'>
  readonly upstreams: ReadonlyMap<string, Upstream>
  /** Unix seconds. */
  readonly startedAt: number
}

interface RetrieveOptions {
  readonly signal: AbortSignal
  /** Probe the upstream again. */
  readonly fresh: boolean
}

/** Every model as routes show it. */
export interface ModelCatalogue {
  /** Asks nobody: upstreams show what is known of them. */
  list(): ModelDescription[]
  /** Asks an upstream what it can do, unless that is known. Throws QUALM_ERR_UNKNOWN_MODEL. */
  retrieve(alias: string, options: RetrieveOptions): Promise<ModelDescription>
}

function withKnown(model: ModelInfo, { upstreams, startedAt }: ModelSources): ModelDescription {
  const upstream = model.source === 'upstream' ? upstreams.get(model.id) : undefined
  const capabilities = upstream?.known() ?? null
  const probe = capabilities === null ? null : describeProbe({ dialect: null, capabilities, problem: model.problem })
  return describeModel(model, startedAt, probe)
}

async function retrieve(alias: string, sources: ModelSources, options: RetrieveOptions): Promise<ModelDescription> {
  const { engine, upstreams, startedAt } = sources
  const upstream = upstreams.get(alias)
  if (upstream !== undefined) {
    const probe = describeProbe(await probeUpstream(upstream, options))
    return describeModel(upstream.info(), startedAt, probe)
  }
  const model = engine.models().find(({ id }) => id === alias)
  if (model !== undefined) return describeModel(model, startedAt)
  throw new QualmError('QUALM_ERR_UNKNOWN_MODEL', 'No such model; GET /v1/models lists them.')
}

/** The catalogue of an app's models. */
export function createModelCatalogue(sources: ModelSources): ModelCatalogue {
  return {
    list: () => sources.engine.models().map((model) => withKnown(model, sources)),
    retrieve: (alias, options) => retrieve(alias, sources, options)
  }
}
