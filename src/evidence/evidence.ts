/**
 * The evidence of one request. Every kind is gathered at most once and shared; a kind that rests on another simply asks
 * for it. A promise rejects with `Missing` when the evidence cannot be had, with a `QualmError` when a model failed.
 */
import { QualmError, type ErrorCode } from '../errors.js'
import type { EvidenceKind, EvidenceKinds, EvidenceParameters, Generation } from '../scorer.js'
import type { Asker } from './asker.js'
import { Comparisons } from './comparison/comparisons.js'
import { deepFreeze } from './deep-freeze.js'
import { generateRows, type GeneratedRows } from './generation/generated-rows.js'
import { sampleStream } from './generation/samples.js'
import { questionOf, type EvidenceInput } from './input.js'
import type { Peers, Sources } from './kind.js'
import { gatheringKey, KINDS } from './kinds.js'
import { Missing } from './missing.js'
import { Embeddings } from './similarity/embeddings.js'

/** Samples whose drawing began before the evidence was asked for, with the comparisons made meanwhile. */
export interface Drawing {
  readonly rows: GeneratedRows
  readonly comparisons: Comparisons
}

export class Evidence {
  readonly comparisons: Comparisons
  readonly #sources: Sources
  readonly #promises = new Map<string, Promise<unknown>>()
  #rows: GeneratedRows | null

  /** `peers` may ask this object in turn for what their scorers need. */
  constructor(input: EvidenceInput, ask: Asker, peers: Peers, drawing: Drawing | null = null) {
    this.comparisons = drawing?.comparisons ?? new Comparisons(questionOf(input.messages), input.compared, ask)
    this.#rows = drawing?.rows ?? null
    this.#sources = {
      input,
      ask,
      comparisons: this.comparisons,
      embeddings: new Embeddings(ask),
      get: (kind, parameters) => this.get(kind, parameters),
      rows: () => this.#generated(input, ask),
      sampleStream: (answerIncluded) => this.#stream(input, ask, answerIncluded),
      peers
    }
  }

  /** One kind of evidence. Asking again, or with parameters that change nothing, gives the same promise. */
  get<K extends EvidenceKind>(kind: K, parameters: EvidenceParameters = {}): Promise<EvidenceKinds[K]> {
    const key = gatheringKey(kind, parameters)
    const known = this.#promises.get(key)
    if (known !== undefined) return known as Promise<EvidenceKinds[K]>
    // Promises are kept, not values, so that parallel askers share one gathering; values are frozen before they leave.
    const promise = Promise.resolve()
      .then(() => KINDS[kind].gather(this.#sources, parameters))
      .then(deepFreeze, asMissing)
    promise.catch(() => undefined)
    this.#promises.set(key, promise)
    return promise
  }

  /** Samples that a model was asked for until now, whether they came or not. */
  get samplesAsked(): number {
    return this.#rows?.asked() ?? 0
  }

  async *#stream(input: EvidenceInput, ask: Asker, answerIncluded: boolean): AsyncGenerator<Generation> {
    yield* sampleStream(input, () => this.#generated(input, ask))
    if (answerIncluded) yield await this.get('answer')
  }

  #generated(input: EvidenceInput, ask: Asker): GeneratedRows {
    const { messages } = input
    if (messages === null) {
      throw new Missing('skipped', 'needs_prompt', 'Supply `messages` or `prompt`: there is nothing to answer.')
    }
    this.#rows ??= generateRows(input, messages, ask, this.comparisons)
    return this.#rows
  }
}

/** Failures that are want of this evidence alone: other scorers may do without it. */
const REASONS: Partial<Readonly<Record<ErrorCode, string>>> = {
  QUALM_ERR_PROMPT_TOO_LONG: 'prompt_too_long',
  QUALM_ERR_UPSTREAM: 'upstream_failed',
  QUALM_ERR_UPSTREAM_REFUSED: 'upstream_refused',
  QUALM_ERR_UPSTREAM_LIMIT: 'upstream_limit',
  QUALM_ERR_UPSTREAM_TIMEOUT: 'upstream_timeout',
  QUALM_ERR_UPSTREAM_DOWN: 'upstream_down'
}

function asMissing(error: unknown): never {
  const reason = error instanceof QualmError ? REASONS[error.code] : undefined
  if (reason === undefined) throw error
  throw new Missing('failed', reason, (error as QualmError).message, { cause: error })
}
