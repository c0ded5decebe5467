/** The in-process engine: one lane, with its own worker thread, for each configured model. */
import { availableParallelism } from 'node:os'
import { QualmError } from '../errors.js'
import { absentLane } from './absent-lane.js'
import { createCatalogue } from './catalogue.js'
import type { CatalogueEntry, CatalogueSettings } from './catalogue.js'
import { shareCores } from './cores.js'
import type { CoreShare } from './cores.js'
import type {
  CallOptions,
  Engine,
  GenerateOptions,
  GenerateRequest,
  GenerateResult,
  LaneStats,
  ModelInfo,
  OptionsRequest,
  OptionsResult,
  Pair,
  PairResult,
  Role,
  Row,
  ScoreTextRequest,
  ScoreTextResult
} from './engine.js'
import { createLane } from './lane.js'
import type { Lane } from './lane-contract.js'
import type { EmbeddingJob, EntailmentJob, LanguageJob, ToldToken } from './worker-service.js'

export interface PoolSettings extends CatalogueSettings {
  /** Cores for all models together; 0 takes all that the machine has. */
  readonly threads: number
  /** Rows that the language model decodes together. */
  readonly maxRows: number
  /** Padded tokens of one encoder batch. Beyond 256 nothing is gained, and the language model waits longer. */
  readonly maxBatchTokens: number
  /** Byte budget of the language model's prompt cache. */
  readonly promptCacheBytes: number
  /** Weights to prefer, by transformers.js's names; a model's own default where absent. */
  readonly dtypes?: Partial<Readonly<Record<Role, string>>>
}

const ENCODER_WORKER = new URL('./encoder/worker.js', import.meta.url)
const WORKERS: Readonly<Record<Role, URL>> = {
  language: new URL('./language/worker.js', import.meta.url),
  entailment: ENCODER_WORKER,
  embedding: ENCODER_WORKER
}

/**
 * Starts a worker for every configured model and returns at once; work that comes before a model is ready waits for
 * it. A model that cannot be found or loaded is listed as failed and leaves the others alone.
 */
export function createPool(settings: PoolSettings): Engine {
  const entries = createCatalogue(settings)
  const roles = entries.map(({ role }) => role)
  const cores = shareCores(settings.threads === 0 ? availableParallelism() : settings.threads, roles)
  return new Pool(entries.map((entry) => [entry.alias, openLane(entry, settings, cores)]))
}

function openLane({ role, alias, found }: CatalogueEntry, settings: PoolSettings, cores: CoreShare): Lane {
  if (found instanceof QualmError) return absentLane(role, alias, found)
  const { source, location, remote, cacheDir } = found
  const { maxRows, maxBatchTokens, promptCacheBytes, dtypes } = settings
  return createLane({
    role,
    source,
    id: alias,
    workerUrl: WORKERS[role],
    settings: {
      role,
      location,
      remote,
      cacheDir,
      maxRows,
      maxBatchTokens,
      promptCacheBytes,
      modelId: alias,
      dtype: dtypes?.[role] ?? null,
      threads: cores.threads[role],
      cpuToken: cores.cpuToken
    }
  })
}

class Pool implements Engine {
  readonly #lanes: readonly (readonly [alias: string, lane: Lane])[]

  constructor(lanes: readonly (readonly [alias: string, lane: Lane])[]) {
    this.#lanes = lanes
  }

  async generate(request: GenerateRequest, { signal, onRow, onToken }: GenerateOptions): Promise<GenerateResult> {
    const job: LanguageJob = { kind: 'generate', request, tellsTokens: onToken !== undefined }
    const onPartial = (value: unknown): void => {
      const told = value as Row | ToldToken
      if ('token' in told) onToken?.(told.row, told.token)
      else onRow?.(told)
    }
    return (await this.#language(request.model).submit(job, { signal, onPartial })) as GenerateResult
  }

  async scoreText(request: ScoreTextRequest, { signal }: CallOptions): Promise<ScoreTextResult> {
    const job: LanguageJob = { kind: 'score', request }
    return (await this.#language(request.model).submit(job, { signal })) as ScoreTextResult
  }

  async optionProbabilities(request: OptionsRequest, { signal }: CallOptions): Promise<OptionsResult> {
    const job: LanguageJob = { kind: 'options', request }
    return (await this.#language(request.model).submit(job, { signal })) as OptionsResult
  }

  async entail(pairs: readonly Pair[], { signal }: CallOptions): Promise<readonly PairResult[]> {
    if (pairs.length === 0) return []
    const job: EntailmentJob = { kind: 'entail', pairs }
    return (await this.#only('entailment').submit(job, { signal })) as readonly PairResult[]
  }

  async embed(texts: readonly string[], { signal }: CallOptions): Promise<readonly Float32Array[]> {
    if (texts.length === 0) return []
    const job: EmbeddingJob = { kind: 'embed', texts }
    return (await this.#only('embedding').submit(job, { signal })) as readonly Float32Array[]
  }

  models(): readonly ModelInfo[] {
    return this.#lanes.map(([, lane]) => lane.info())
  }

  stats(): readonly LaneStats[] {
    return this.#lanes.map(([, lane]) => lane.stats())
  }

  async ready(): Promise<void> {
    await Promise.all(this.#lanes.map(([, lane]) => lane.ready()))
  }

  async close(): Promise<void> {
    await Promise.all(this.#lanes.map(([, lane]) => lane.close()))
  }

  /** The name comes from a request: it is compared with the aliases, and not repeated in the message. */
  #language(name: string): Lane {
    const found = this.#lanes.find(([alias, { role }]) => role === 'language' && alias === name.toLowerCase())
    if (found !== undefined) return found[1]
    throw new QualmError('QUALM_ERR_UNKNOWN_MODEL', 'No language model of this name serves here; see GET /v1/models.')
  }

  #only(role: Role): Lane {
    const found = this.#lanes.find(([, lane]) => lane.role === role)
    if (found !== undefined) return found[1]
    throw new QualmError('QUALM_ERR_MODEL_UNAVAILABLE', `No ${role} model is configured.`)
  }
}
