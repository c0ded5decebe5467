/** One upstream behind the engine's interface: a transport, a dialect, and what has been found out of the server. */
import type {
  CallOptions,
  GenerateOptions,
  GenerateRequest,
  ModelInfo,
  OptionsRequest,
  OptionsResult,
  Output,
  OutputRow,
  Prices,
  ScoredText,
  ScoreTextRequest
} from '../engine/engine.js'
import { QualmError, Unsupported } from '../errors.js'
import type { Capabilities, Dialect, Drawing, Exchange, RawAnswer, RawChoice, Transport, Upstream } from './contract.js'
import { DIALECTS_BY_NAME } from './dialects/index.js'
import { callsFor, type Call } from './drawing.js'
import { normalise, NO_LOGPROBS } from './normalise/tokens.js'
import { probeCapabilities } from './probe/capabilities.js'
import { detectDialect } from './probe/detect.js'
import type { UpstreamSettings } from './settings.js'
import { forcedTokens } from './normalise/forced.js'

export interface UpstreamParts {
  readonly alias: string
  readonly settings: UpstreamSettings
  readonly transport: Transport
}

/** Alternatives that are asked for where the caller wants none: a share of servers tells tokens only with some. */
const LEAST_TOP = 1

/** Builds the client of an upstream. Nothing is asked before the first call. */
export function createUpstream(parts: UpstreamParts): Upstream {
  return new Client(parts)
}

class Client implements Upstream {
  readonly alias: string
  readonly #settings: UpstreamSettings
  readonly #transport: Transport
  readonly #model: string
  #dialect: Promise<Dialect> | null = null
  #known: Capabilities | null = null
  #learned: Partial<Capabilities> = {}

  constructor({ alias, settings, transport }: UpstreamParts) {
    this.alias = alias
    this.#settings = settings
    this.#transport = transport
    this.#model = settings.model ?? alias
  }

  async generate(request: GenerateRequest, { signal, onRow }: GenerateOptions): Promise<Output> {
    const dialect = await this.#spoken(signal)
    const rows: OutputRow[] = []
    const usage = { promptTokens: 0, completionTokens: 0 }
    const run = async (call: Call): Promise<void> => {
      const answer = await this.#draw(dialect, call.drawing, signal)
      usage.promptTokens += answer.promptTokens ?? 0
      usage.completionTokens += answer.completionTokens ?? tokensIn(answer)
      for (const [i, index] of call.rows.entries()) {
        const choice = answer.choices[i]
        if (choice === undefined) continue
        rows.push(this.#row(dialect, choice, index, call.drawing))
        onRow?.(rows.at(-1)!)
      }
    }
    const all = request.rows.map((_, row) => row)
    await Promise.all(this.#calls(request, all, dialect).map(run))
    await this.#askAgain(request, rows, dialect, run)
    return { rows, ...usage }
  }

  /** Rows that one call for several did not bring are asked for one by one. */
  async #askAgain(
    request: GenerateRequest,
    rows: readonly OutputRow[],
    dialect: Dialect,
    run: (call: Call) => Promise<void>
  ): Promise<void> {
    const got = new Set(rows.map(({ index }) => index))
    const missing = request.rows.map((_, row) => row).filter((row) => !got.has(row))
    if (missing.length === 0) return
    this.learn({ n: false })
    await Promise.all(this.#calls(request, missing, dialect).map(run))
  }

  async scoreText(request: ScoreTextRequest, { signal }: CallOptions): Promise<ScoredText> {
    const dialect = await this.#spoken(signal)
    const exchange = dialect.force?.(this.#model, request) ?? null
    if (exchange === null || this.known()?.forcing === false) throw noForcing()
    const reply = await this.#send(exchange, signal)
    const basis = this.#settings.basis ?? dialect.basis({ temperature: 1, topP: 1, topK: null })
    const tokens = forcedTokens(dialect.readForced(reply, request), request)
    return { tokens, promptTokens: tokens.length, basis }
  }

  async optionProbabilities(request: OptionsRequest, { signal }: CallOptions): Promise<OptionsResult> {
    const dialect = await this.#spoken(signal)
    if (request.prefill !== '' && dialect.name !== 'vllm') throw noPrefill()
    const { messages, prefill } = request
    const drawing = { ...FIRST_TOKEN, messages, prefill, topCount: this.#topCount(dialect, dialect.maxTop) }
    const answer = await this.#draw(dialect, drawing, signal)
    const top = answer.choices[0]?.tokens?.[0]?.top ?? []
    return { probabilities: massesOf(request, top), promptTokens: answer.promptTokens ?? 0 }
  }

  info(): ModelInfo {
    const { context_tokens: context, prices } = this.#settings
    const found = this.known()
    return {
      id: this.alias,
      role: 'language',
      source: 'upstream',
      state: 'ready',
      problem: this.#transport.problem(),
      capabilities: [
        'generate',
        ...(found?.logprobs === true ? ['logprobs'] : []),
        ...(found?.forcing === true ? ['score'] : [])
      ],
      batchInvariant: false,
      digest: null,
      contextTokens: context ?? null,
      selfTest: [],
      loadMs: null,
      ...(prices === undefined ? {} : { prices: pricesOf(prices) })
    }
  }

  async dialect(signal: AbortSignal): Promise<Dialect['name']> {
    return (await this.#spoken(signal)).name
  }

  async capabilities({ signal, fresh = false }: { readonly signal: AbortSignal; readonly fresh?: boolean }) {
    if (this.#known !== null && !fresh) return this.known()!
    const dialect = await this.#spoken(signal)
    const found = await probeCapabilities(dialect, this.#transport, this.#model, signal)
    this.#learned = {}
    this.#known = { ...found, basis: this.#settings.basis ?? found.basis }
    return this.#known
  }

  known(): Capabilities | null {
    if (this.#known !== null) return { ...this.#known, ...this.#learned }
    return Object.keys(this.#learned).length === 0 ? null : { ...UNKNOWN, ...this.#learned }
  }

  learn(found: Partial<Capabilities>): void {
    this.#learned = { ...this.#learned, ...found }
  }

  relay(body: string | Uint8Array, { signal, headers = {} }: Parameters<Upstream['relay']>[1]) {
    return this.#transport.open({ method: 'POST', path: '/chat/completions', body, headers }, { signal })
  }

  stats() {
    return this.#transport.stats()
  }

  close(): Promise<void> {
    return this.#transport.close()
  }

  /** The dialect; asked for once, and again after a failure. */
  #spoken(signal: AbortSignal): Promise<Dialect> {
    const { dialect = 'auto' } = this.#settings
    if (dialect !== 'auto') return Promise.resolve(DIALECTS_BY_NAME[dialect])
    this.#dialect ??= detectDialect(this.#transport, signal).then(
      (name) => DIALECTS_BY_NAME[name],
      (error: unknown) => {
        this.#dialect = null
        throw error
      }
    )
    return this.#dialect
  }

  #calls(request: GenerateRequest, rows: readonly number[], dialect: Dialect): readonly Call[] {
    const perCall = this.known()?.n === false ? 1 : dialect.maxChoices
    return callsFor(request, rows, perCall, this.#topCount(dialect, request.topCount))
  }

  /** Alternatives to ask for; null where log-probabilities are known not to be told. */
  #topCount(dialect: Dialect, wanted: number): number | null {
    const found = this.known()
    if (found?.logprobs === false) return null
    return Math.min(Math.max(LEAST_TOP, wanted), found?.topLogprobs ?? dialect.maxTop, dialect.maxTop)
  }

  /** One call; where the server refuses to tell log-probabilities, the same without them. */
  async #draw(dialect: Dialect, drawing: Drawing, signal: AbortSignal): Promise<RawAnswer> {
    try {
      return dialect.readDrawn(await this.#send(dialect.draw(this.#model, drawing), signal))
    } catch (error) {
      if (drawing.topCount === null || !refusesLogprobs(error)) throw error
      this.learn({ logprobs: false })
      return this.#draw(dialect, { ...drawing, topCount: null }, signal)
    }
  }

  async #send(exchange: Exchange, signal: AbortSignal): Promise<string> {
    return (await this.#transport.request(exchange, { signal })).text
  }

  #row(dialect: Dialect, choice: RawChoice, index: number, drawing: Drawing): OutputRow {
    const { text, finishReason } = choice
    const told = drawing.topCount === null ? NO_LOGPROBS : normalise(choice.tokens, text)
    if (drawing.topCount !== null && choice.tokens === null && text !== '') this.learn({ logprobs: false })
    const basis = this.#settings.basis ?? this.#known?.basis ?? dialect.basis(drawing)
    const ended = finishReason === 'stop' || finishReason === 'length' ? finishReason : null
    const lack = told.lack === undefined ? {} : { lack: told.lack }
    return { index, text, finishReason: ended, tokens: told.tokens, ...(told.tokens === null ? lack : { basis }) }
  }
}

const UNKNOWN: Capabilities = {
  logprobs: null,
  topLogprobs: null,
  n: null,
  seed: null,
  basis: 'unknown',
  forcing: null
}

const FIRST_TOKEN = { chatBody: null, temperature: 0, topP: 1, topK: null, maxTokens: 1, stop: [], seed: 0, n: 1 }

function tokensIn({ choices }: RawAnswer): number {
  return choices.reduce((sum, { tokens }) => sum + (tokens?.length ?? 0), 0)
}

function refusesLogprobs(error: unknown): boolean {
  return error instanceof QualmError && error.code === 'QUALM_ERR_UPSTREAM_REFUSED' && /logprob/iu.test(error.message)
}

function pricesOf(prices: NonNullable<UpstreamSettings['prices']>): Prices {
  const { input_per_million: inputPerMillion, output_per_million: outputPerMillion, currency = 'USD' } = prices
  return { inputPerMillion, outputPerMillion, currency }
}

function noForcing(): Unsupported {
  const message = 'The upstream does not read given texts; supply `logprobs` with the text, or use a vLLM upstream.'
  return new Unsupported('upstream_no_forcing', message)
}

function noPrefill(): Unsupported {
  const message = 'The upstream does not continue an answer that was begun for it; use the embedded model or vLLM.'
  return new Unsupported('upstream_no_prefill', message)
}

/** Least probability that the listed alternatives must cover for the others to count as none. */
const COVERED = 0.999

/** Mass of each option's first tokens among the alternatives. Throws `Unsupported` where one may be unlisted. */
function massesOf(
  { options }: OptionsRequest,
  top: readonly { readonly text: string; readonly logprob: unknown }[]
): readonly number[] {
  const listed = top.flatMap(({ text, logprob }) =>
    typeof logprob === 'number' && logprob <= 0 && text !== '' ? [{ text, mass: Math.exp(logprob) }] : []
  )
  const masses = options.map((spellings) =>
    listed
      .filter(({ text }) => spellings.some((spelling) => spelling === text || spelling.startsWith(text)))
      .reduce((sum, { mass }) => sum + mass, 0)
  )
  const covered = listed.reduce((sum, { mass }) => sum + mass, 0)
  if (masses.every((mass) => mass > 0) || covered >= COVERED) return masses
  const message = 'An option is not among the alternatives that the upstream tells; its probability is not known.'
  throw new Unsupported('upstream_options_unseen', message)
}
