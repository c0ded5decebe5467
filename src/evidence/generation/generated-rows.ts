/** The greedy answer and the samples that Qualm decodes itself, as rows of few calls: the prompt is read once. */
import type { Decoding, GeneratedToken, GenerateRequest, Row } from '../../engine/engine.js'
import type { Generation, Token } from '../../scorer.js'
import type { Asker } from '../asker.js'
import type { Comparisons } from '../comparison/comparisons.js'
import type { EvidenceInput } from '../input.js'
import { drawInRounds } from './rounds.js'

const GREEDY: Decoding = { temperature: 0, topP: 1, topK: null }
/** As for supplied values: what a log-softmax cannot resolve is only a bound. */
const CENSORED_VALUE = -100

/** A decoded text with its tokens. */
export type Decoded = Generation & { readonly tokens: readonly Token[] }

/** One promise per planned row. Each settles as soon as its row is finished. */
export interface GeneratedRows {
  /** Null when no greedy row was planned. */
  readonly greedy: Promise<Decoded> | null
  /** Null: a stopping rule spared the sample, and with it all that follow. */
  readonly samples: readonly Promise<Decoded | null>[]
}

/** Starts what decodes all planned rows: one call, or one a round with adaptive sampling. */
export function generateRows(
  input: EvidenceInput,
  messages: GenerateRequest['messages'],
  ask: Asker,
  comparisons: Comparisons
): GeneratedRows {
  const { adaptive, rows } = input
  const greedy = rows.greedy ? deferred<Decoded>() : null
  const samples = Array.from({ length: rows.samples }, () => deferred<Decoded | null>())
  const slots = greedy === null ? samples : [greedy, ...samples]
  const calls = new RowCalls(input, messages, ask, slots)
  const all =
    adaptive === null || rows.samples === 0
      ? calls.decode(slots.length)
      : drawInRounds({
          adaptive,
          most: rows.samples,
          comparisons,
          draw: (count) => calls.decodeSamples(count),
          answer: async () => input.answer?.generation ?? (await greedy?.promise) ?? null
        }).then((drawn) => samples.slice(drawn).forEach((slot) => slot.resolve(null)))
  all.catch((error: unknown) => slots.forEach((slot) => slot.reject(error)))
  return { greedy: greedy?.promise ?? null, samples: samples.map((slot) => slot.promise) }
}

/** Decodes the planned rows from the first to the last, however many a call. The greedy row comes first. */
class RowCalls {
  readonly #input: EvidenceInput
  readonly #messages: GenerateRequest['messages']
  readonly #ask: Asker
  readonly #slots: readonly Pick<Deferred<Decoded>, 'resolve'>[]
  #next = 0

  constructor(
    input: EvidenceInput,
    messages: GenerateRequest['messages'],
    ask: Asker,
    slots: readonly Pick<Deferred<Decoded>, 'resolve'>[]
  ) {
    this.#input = input
    this.#messages = messages
    this.#ask = ask
    this.#slots = slots
  }

  /** The next `count` samples, in order; the first call decodes the greedy row beside them. */
  async decodeSamples(count: number): Promise<readonly Decoded[]> {
    const greedyCount = this.#next === 0 && this.#input.rows.greedy ? 1 : 0
    return (await this.decode(greedyCount + count)).slice(greedyCount)
  }

  /** The next `count` rows, in order, in one call. Row r draws the same text whatever calls came before. */
  async decode(count: number): Promise<readonly Decoded[]> {
    const firstRow = this.#next
    this.#next += count
    const decoded: Decoded[] = []
    const settle = (row: Row): void => {
      decoded[row.index] ??= toGeneration(row)
      this.#slots[firstRow + row.index]?.resolve(decoded[row.index]!)
    }
    const { rows } = await this.#ask.generate(this.#request(firstRow, count), settle)
    rows.forEach(settle)
    return decoded
  }

  #request(firstRow: number, count: number): GenerateRequest {
    const { model, maxTokens, stop, seed, topCount, distributions, sampling, rows } = this.#input
    const decodings = Array.from({ length: count }, (_, r) => (rows.greedy && firstRow + r === 0 ? GREEDY : sampling))
    return {
      model,
      messages: this.#messages,
      rows: decodings,
      maxTokens,
      stop,
      seed,
      firstRow,
      topCount,
      distributions
    }
  }
}

/** A finished row as a generation of Qualm's own. */
export function toGeneration(row: Row): Decoded {
  return {
    text: row.text,
    tokens: row.tokens.map(toToken),
    finishReason: row.finishReason,
    basis: 'pre_sampling',
    source: 'generated'
  }
}

/** An engine token as evidence: never above 0, never below the floor. */
export function toToken(token: GeneratedToken): Token {
  const censored = token.logprob < CENSORED_VALUE
  return {
    text: token.end ? '' : token.text,
    id: token.id,
    logprob: bounded(token.logprob),
    entropy: Math.max(0, token.entropy),
    alternatives: token.top.map(({ text, logprob }) => ({ text, logprob: bounded(logprob) })),
    censored,
    end: token.end,
    ...(token.distribution === undefined ? {} : { distribution: token.distribution })
  }
}

function bounded(logprob: number): number {
  return Math.max(CENSORED_VALUE, Math.min(0, logprob))
}

interface Deferred<T> {
  readonly promise: Promise<T>
  readonly resolve: (value: T) => void
  readonly reject: (error: unknown) => void
}

/** A promise settled from outside; a rejection that nobody awaits is not a fault of the process. */
function deferred<T>(): Deferred<T> {
  let resolve!: (value: T) => void
  let reject!: (error: unknown) => void
  const promise = new Promise<T>((yes, no) => {
    ;[resolve, reject] = [yes, no]
  })
  promise.catch(() => undefined)
  return { promise, resolve, reject }
}
