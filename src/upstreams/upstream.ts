/** One upstream behind the engine's interface: a transport, a dialect, and what has been found out of the server. */
import { bulkhead } from 'cockatiel'
import { systemClock, type Clock } from '../engine/clock.js'
import type {
  Basis,
  CallOptions,
  Decoding,
  GenerateOptions,
  GenerateRequest,
  ModelInfo,
  OptionsRequest,
  OptionsResult,
  Output,
  OutputRow,
  ScoredText,
  ScoreTextRequest
} from '../engine/engine.js'
import type { Capabilities, Dialect, Drawing, RawAnswer, Transport, Upstream } from './contract.js'
import { callsFor, fewerAlternatives, firstTokenDrawing, type Call } from './drawing.js'
import { infoOf } from './info.js'
import { Knowledge } from './knowledge.js'
import { refusesFields, withManners } from './manners.js'
import { forcedTokens } from './normalise/forced.js'
import { optionMasses } from './normalise/options.js'
import { isBare, rowOf, writtenTokens } from './rows.js'
import type { UpstreamSettings } from './settings.js'
import { noForcing, requireOffered } from './unsupported.js'

export interface UpstreamParts {
  readonly alias: string
  readonly settings: UpstreamSettings
  readonly transport: Transport
  readonly clock?: Clock
}

/** Alternatives that are asked for where the caller wants none: a share of servers tells tokens only with some. */
const LEAST_TOP = 1
/** Calls that one request may have open at once: others use the server too. */
const MOST_CALLS = 8

/** The signal of what nobody waits for. */
const NOBODY = new AbortController().signal

/** Builds the client of an upstream. Nothing is asked before the first call. */
export function createUpstream(parts: UpstreamParts): Upstream {
  return new Client(parts)
}

class Client implements Upstream {
  readonly alias: string
  readonly #settings: UpstreamSettings
  readonly #transport: Transport
  readonly #model: string
  readonly #knowledge: Knowledge

  constructor({ alias, settings, transport, clock = systemClock }: UpstreamParts) {
    this.alias = alias
    this.#settings = settings
    this.#model = settings.model ?? alias
    this.#transport = withManners(transport, (field) => {
      if (field === 'seed') this.learn({ seed: false })
    })
    this.#knowledge = new Knowledge(settings, this.#transport, this.#model, clock)
  }

  async generate(request: GenerateRequest, { signal, onRow }: GenerateOptions): Promise<Output> {
    const dialect = await this.#spoken(signal)
    requireOffered(dialect, request)
    const rows: OutputRow[] = []
    const told = new Set<number>()
    const usage = { promptTokens: 0, completionTokens: 0 }
    const take = (answer: RawAnswer, { drawing, rows: asked }: Call): void => {
      usage.promptTokens += answer.promptTokens ?? 0
      usage.completionTokens += writtenTokens(answer)
      for (const index of asked.slice(0, answer.choices.length)) told.add(index)
      for (const row of this.#rows(answer, asked, drawing)) {
        rows.push(row)
        onRow?.(row)
      }
    }
    const perCall = this.known()?.n === false ? 1 : dialect.maxChoices
    await this.#drawAll(dialect, this.#calls(request, dialect, told, perCall), take, signal)
    if (told.size < request.rows.length) {
      await this.#drawAll(dialect, this.#calls(request, dialect, told, 1), take, signal)
      this.learn({ n: false })
    }
    return { rows, ...usage }
  }

  async scoreText(request: ScoreTextRequest, { signal }: CallOptions): Promise<ScoredText> {
    const dialect = await this.#spoken(signal)
    const { messages } = request
    if (dialect.force === null || messages === null || this.known()?.forcing === false) throw noForcing()
    const ask = async (exchange: Parameters<Transport['request']>[0]): Promise<string> =>
      (await this.#transport.request(exchange, { signal })).text
    const topCount = Math.min(request.topCount, this.known()?.topLogprobs ?? dialect.maxTop)
    const read = await dialect.force(ask, this.#model, { ...request, messages, topCount })
    const tokens = forcedTokens(read, request)
    const basis = this.basis({ temperature: 1, topP: 1, topK: null })
    return { tokens, promptTokens: read.promptTokens ?? read.tokens.length, basis }
  }

  async optionProbabilities(request: OptionsRequest, { signal }: CallOptions): Promise<OptionsResult> {
    const dialect = await this.#spoken(signal)
    const drawing = firstTokenDrawing(request, dialect.continues, this.#topCount(dialect, dialect.maxTop))
    const { answer } = await this.#draw(dialect, drawing, signal)
    const first = answer.choices[0]?.tokens?.[0] ?? null
    return { probabilities: optionMasses(request, first), promptTokens: answer.promptTokens ?? 0 }
  }

  info(): ModelInfo {
    return infoOf(this.alias, this.#settings, this.known(), this.#transport.problem())
  }

  async dialect(signal: AbortSignal): Promise<Dialect['name']> {
    return (await this.#knowledge.dialect(signal)).name
  }

  async capabilities({ signal, fresh = false }: { readonly signal: AbortSignal; readonly fresh?: boolean }) {
    const known = this.known()
    return fresh || known?.probedAt === undefined ? this.#knowledge.probe(signal) : known
  }

  known(): Capabilities | null {
    return this.#knowledge.known()
  }

  basis(decoding: Decoding): Basis {
    return this.#knowledge.basis(decoding)
  }

  learn(found: Partial<Capabilities>): void {
    this.#knowledge.learn(found)
  }

  relay(body: string | Uint8Array, { signal, headers = {} }: Parameters<Upstream['relay']>[1]) {
    void this.#knowledge.beforeUse(NOBODY)
    return this.#transport.open({ method: 'POST', path: '/chat/completions', body, headers }, { signal })
  }

  check(): Promise<number | null> {
    return this.#transport.check()
  }

  stats() {
    return this.#transport.stats()
  }

  async close(): Promise<void> {
    this.#knowledge.close()
    await this.#transport.close()
  }

  async #spoken(signal: AbortSignal): Promise<Dialect> {
    await this.#knowledge.beforeUse(signal)
    return this.#knowledge.dialect(signal)
  }

  /** The calls for the rows that were not told yet. */
  #calls(request: GenerateRequest, dialect: Dialect, told: ReadonlySet<number>, perCall: number): readonly Call[] {
    const missing = request.rows.map((_, row) => row).filter((row) => !told.has(row))
    return callsFor(request, missing, perCall, this.#topCount(dialect, request.topCount))
  }

  /** Draws, a few at a time; the first failure ends the others. */
  async #drawAll(
    dialect: Dialect,
    calls: readonly Call[],
    take: (answer: RawAnswer, call: Call) => void,
    caller: AbortSignal
  ): Promise<void> {
    const failure = new AbortController()
    const signal = AbortSignal.any([caller, failure.signal])
    const few = bulkhead(MOST_CALLS, calls.length)
    const run = async (call: Call): Promise<void> => {
      signal.throwIfAborted()
      const drawn = await this.#draw(dialect, call.drawing, signal).catch((error: unknown) => {
        // Perhaps it refuses several choices in one call: its rows stay missing, and are asked for one by one.
        if (call.rows.length > 1 && refusesFields(error)) return null
        throw error
      })
      signal.throwIfAborted()
      if (drawn !== null) take(drawn.answer, { ...call, drawing: drawn.drawing })
    }
    try {
      await Promise.all(calls.map((call) => few.execute(() => run(call))))
    } catch (error) {
      failure.abort(error)
      throw error
    }
  }

  /** Alternatives to ask for; null where log-probabilities are known not to be told. */
  #topCount(dialect: Dialect, wanted: number): number | null {
    const found = this.known()
    if (found?.logprobs === false) return null
    return Math.min(Math.max(LEAST_TOP, wanted), found?.topLogprobs ?? dialect.maxTop, dialect.maxTop)
  }

  /** One call; where the server refuses what is asked of log-probabilities, the same with fewer, or without. */
  async #draw(
    dialect: Dialect,
    drawing: Drawing,
    signal: AbortSignal
  ): Promise<{ readonly answer: RawAnswer; readonly drawing: Drawing }> {
    try {
      const { text } = await this.#transport.request(dialect.draw(this.#model, drawing), { signal })
      return { answer: dialect.readDrawn(text), drawing }
    } catch (error) {
      const fewer = fewerAlternatives(drawing.topCount, error)
      if (fewer === undefined) throw error
      const drawn = await this.#draw(dialect, { ...drawing, topCount: fewer }, signal)
      const { topCount } = drawn.drawing
      this.learn(topCount === null ? { logprobs: false } : { topLogprobs: topCount })
      return drawn
    }
  }

  #rows(answer: RawAnswer, asked: readonly number[], drawing: Drawing): readonly OutputRow[] {
    const basis = this.basis(drawing)
    const all = answer.choices.slice(0, asked.length).map((choice, i) => rowOf(choice, asked[i]!, drawing, basis))
    const rows = all.filter((row) => row !== null)
    if (rows.some((row) => isBare(row, drawing))) this.learn({ logprobs: false })
    return rows
  }
}
