/** The engine as one request asks it: every call carries the request's signal and is counted and timed. */
import { setMaxListeners } from 'node:events'
import type {
  Engine,
  GenerateRequest,
  OptionsRequest,
  OptionsResult,
  Output,
  OutputRow,
  Pair,
  PairResult,
  ScoredText,
  ScoreTextRequest
} from '../engine/engine.js'
import { Unsupported } from '../errors.js'
import { Missing } from './missing.js'

/** What a request cost so far. `modelCalls` counts language model calls. */
export interface Usage {
  readonly promptTokens: number
  readonly completionTokens: number
  readonly entailmentPairs: number
  readonly embeddedTexts: number
  readonly modelCalls: number
  /** Time in which at least one call of the kind was open. */
  readonly languageMs: number
  readonly entailmentMs: number
  readonly embeddingMs: number
}

export class Asker {
  readonly #engine: Engine
  readonly #signal: AbortSignal
  readonly #language: Stopwatch
  readonly #entailment: Stopwatch
  readonly #embedding: Stopwatch
  readonly #open = new Set<Promise<unknown>>()
  /** Calls that draw nothing, by what they ask. */
  readonly #made = new Map<string, Promise<unknown>>()
  #promptTokens = 0
  #completionTokens = 0
  #entailmentPairs = 0
  #embeddedTexts = 0
  #modelCalls = 0

  constructor(engine: Engine, signal: AbortSignal, now: () => number) {
    this.#engine = engine
    this.#signal = signal
    // Every open call listens; a request may have dozens open at once, and none is a leak.
    setMaxListeners(0, signal)
    this.#language = new Stopwatch(now)
    this.#entailment = new Stopwatch(now)
    this.#embedding = new Stopwatch(now)
  }

  /** Decodes rows; `onRow` gets each as it finishes. A server may give fewer than were asked for. */
  draw(request: GenerateRequest, onRow: (row: OutputRow) => void): Promise<Output> {
    return this.#watch(this.#generate(request, onRow))
  }

  /** Decodes rows, all of them. Throws `Missing` when fewer come. */
  async generate(request: GenerateRequest): Promise<Output> {
    const output = await this.draw(request, () => undefined)
    if (output.rows.length === request.rows.length) return output
    const message = `The model gave ${output.rows.length} of ${request.rows.length} texts that this score needs.`
    throw new Missing('failed', 'fewer_texts', message)
  }

  /** Resolves when no call is open: rows are scored as they finish, a little before their call has been counted. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#open)
  }

  #watch<T>(call: Promise<T>): Promise<T> {
    this.#open.add(call)
    const forget = (): void => {
      this.#open.delete(call)
    }
    call.then(forget, forget)
    return call
  }

  async #generate(request: GenerateRequest, onRow: (row: OutputRow) => void): Promise<Output> {
    this.#modelCalls++
    const result = await this.#language.run(() => this.#engine.generate(request, { signal: this.#signal, onRow }))
    this.#promptTokens += result.promptTokens
    this.#completionTokens += result.completionTokens ?? tokensIn(result.rows)
    return result
  }

  /** Log-probabilities of a given text. Asking the same again shares the call: it draws nothing. */
  scoreText(request: ScoreTextRequest): Promise<ScoredText> {
    return this.#once('score', request, () => this.#engine.scoreText(request, { signal: this.#signal }))
  }

  /** Probability mass of given continuations. Asking the same again shares the call. */
  optionProbabilities(request: OptionsRequest): Promise<OptionsResult> {
    return this.#once('options', request, () => this.#engine.optionProbabilities(request, { signal: this.#signal }))
  }

  #once<T extends { readonly promptTokens: number }>(
    kind: string,
    request: object,
    call: () => Promise<T>
  ): Promise<T> {
    const key = `${kind} ${JSON.stringify(request)}`
    const known = this.#made.get(key)
    if (known !== undefined) return known as Promise<T>
    const made = this.#read(call)
    this.#made.set(key, made)
    return made
  }

  async #read<T extends { readonly promptTokens: number }>(call: () => Promise<T>): Promise<T> {
    this.#modelCalls++
    const result = await this.#language.run(call)
    this.#promptTokens += result.promptTokens
    return result
  }

  /** Unit vectors, one per text, in order. */
  embed(texts: readonly string[]): Promise<readonly Float32Array[]> {
    this.#embeddedTexts += texts.length
    return this.#embedding.run(() => this.#engine.embed(texts, { signal: this.#signal }))
  }

  /** Compares pairs; results in order. */
  entail(pairs: readonly Pair[]): Promise<readonly PairResult[]> {
    this.#entailmentPairs += pairs.length
    return this.#entailment.run(() => this.#engine.entail(pairs, { signal: this.#signal }))
  }

  /** Why the encoder of a role cannot be asked now; null when it can. */
  problemOf(role: 'entailment' | 'embedding'): string | null {
    const state = this.#engine.models().find((model) => model.role === role)?.state
    return state === 'ready' ? null : (state ?? 'absent')
  }

  /** Whether a language model is being waited for. */
  get isWaiting(): boolean {
    return this.#language.isOpen
  }

  usage(): Usage {
    return {
      promptTokens: this.#promptTokens,
      completionTokens: this.#completionTokens,
      entailmentPairs: this.#entailmentPairs,
      embeddedTexts: this.#embeddedTexts,
      modelCalls: this.#modelCalls,
      languageMs: this.#language.totalMs,
      entailmentMs: this.#entailment.totalMs,
      embeddingMs: this.#embedding.totalMs
    }
  }
}

function tokensIn(rows: readonly OutputRow[]): number {
  return rows.reduce((sum, { tokens }) => sum + (tokens?.length ?? 0), 0)
}

/** What a model does not offer is want of this evidence alone. */
function asMissing(error: unknown): never {
  if (error instanceof Unsupported) throw new Missing('skipped', error.reason, error.message)
  throw error
}

/** Time in which at least one of several overlapping calls is open. */
class Stopwatch {
  readonly #now: () => number
  #open = 0
  #since = 0
  totalMs = 0

  get isOpen(): boolean {
    return this.#open > 0
  }

  constructor(now: () => number) {
    this.#now = now
  }

  async run<T>(call: () => Promise<T>): Promise<T> {
    if (this.#open++ === 0) this.#since = this.#now()
    try {
      return await call()
    } catch (error) {
      return asMissing(error)
    } finally {
      if (--this.#open === 0) this.totalMs += this.#now() - this.#since
    }
  }
}
