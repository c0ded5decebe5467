/** The greedy answer and the samples that Qualm decodes itself, as rows of few calls: the prompt is read once. */
import type { Decoding, GenerateRequest, OutputRow, OutputToken } from '../../engine/engine.js'
import { QualmError } from '../../errors.js'
import type { Generation, Token } from '../../scorer.js'
import type { Asker } from '../asker.js'
import type { Comparisons } from '../comparison/comparisons.js'
import type { EvidenceInput } from '../input.js'
import { drawInRounds } from './rounds.js'

const GREEDY: Decoding = { temperature: 0, topP: 1, topK: null }
/** As for supplied values: what a log-softmax cannot resolve is only a bound. */
const CENSORED_VALUE = -100

/** One promise per planned row. Each settles as soon as its row is finished. */
export interface GeneratedRows {
  /** Null when no greedy row was planned. */
  readonly greedy: Promise<Generation> | null
  /** Null: a stopping rule spared the sample, or a server did not give it. */
  readonly samples: readonly Promise<Generation | null>[]
  /** Samples that were asked for until now, whether they came or not. */
  readonly asked: () => number
  /** Resolves once nothing more is asked for; false: asking failed. */
  readonly drawn: Promise<boolean>
}

/**
 * Starts what decodes all planned rows: one call, or one a round with adaptive sampling. `answered` gives the answer
 * where it is not decoded here.
 */
export function generateRows(
  input: EvidenceInput,
  messages: GenerateRequest['messages'],
  ask: Asker,
  comparisons: Comparisons,
  answered = async (): Promise<Generation | null> => input.answer?.generation ?? null
): GeneratedRows {
  const { adaptive, rows } = input
  const greedy = rows.greedy ? deferred<Generation>() : null
  const samples = Array.from({ length: rows.samples }, () => deferred<Generation | null>())
  const slots = greedy === null ? samples : [greedy, ...samples]
  const calls = new RowCalls(input, messages, ask, slots as readonly Slot[])
  const all =
    adaptive === null || rows.samples === 0
      ? calls.decode(slots.length)
      : drawInRounds({
          adaptive,
          most: rows.samples,
          comparisons,
          draw: (count) => calls.decodeSamples(count),
          answer: async () => greedy?.promise ?? answered()
        }).then((asked) => samples.slice(asked).forEach((slot) => slot.resolve(null)))
  return {
    greedy: greedy?.promise ?? null,
    samples: samples.map((slot) => slot.promise),
    asked: () => calls.samplesAsked,
    drawn: all.then(
      () => true,
      (error: unknown) => {
        slots.forEach((slot) => slot.reject(error))
        return false
      }
    )
  }
}

/** Where a row goes; null is a sample that did not come. */
type Slot = Pick<Deferred<Generation | null>, 'resolve'>

/** Decodes the planned rows from the first to the last, however many a call. The greedy row comes first. */
class RowCalls {
  readonly #input: EvidenceInput
  readonly #messages: GenerateRequest['messages']
  readonly #ask: Asker
  readonly #slots: readonly Slot[]
  #next = 0

  constructor(input: EvidenceInput, messages: GenerateRequest['messages'], ask: Asker, slots: readonly Slot[]) {
    this.#input = input
    this.#messages = messages
    this.#ask = ask
    this.#slots = slots
  }

  get samplesAsked(): number {
    return Math.max(0, this.#next - (this.#input.rows.greedy ? 1 : 0))
  }

  /** The next `count` samples, in order; the first call decodes the greedy row beside them. */
  async decodeSamples(count: number): Promise<readonly Generation[]> {
    const greedyCount = this.#next === 0 && this.#input.rows.greedy ? 1 : 0
    return (await this.decode(greedyCount + count)).slice(greedyCount)
  }

  /** The next `count` rows, in order, in one call. Row r draws the same text whatever calls came before. */
  async decode(count: number): Promise<readonly Generation[]> {
    const firstRow = this.#next
    this.#next += count
    const decoded: Generation[] = []
    const settle = (row: OutputRow): void => {
      decoded[row.index] ??= toGeneration(row)
      this.#slots[firstRow + row.index]?.resolve(decoded[row.index]!)
    }
    const { rows } = await this.#ask.draw(this.#request(firstRow, count), settle)
    rows.forEach(settle)
    this.#giveUp(firstRow, count, decoded)
    return decoded.filter((row) => row !== undefined)
  }

  /** Rows that did not come are samples less; without the greedy one there is no answer. */
  #giveUp(firstRow: number, count: number, decoded: readonly Generation[]): void {
    for (let r = 0; r < count; r++) {
      if (decoded[r] !== undefined) continue
      if (this.#isGreedy(firstRow + r)) throw new QualmError('QUALM_ERR_UPSTREAM', 'The upstream gave no answer.')
      this.#slots[firstRow + r]?.resolve(null)
    }
  }

  #isGreedy(row: number): boolean {
    return this.#input.rows.greedy && row === 0
  }

  #request(firstRow: number, count: number): GenerateRequest {
    const { model, maxTokens, stop, seed, topCount, distributions, sampling, chatBody } = this.#input
    const decodings = Array.from({ length: count }, (_, r) => (this.#isGreedy(firstRow + r) ? GREEDY : sampling))
    return {
      model,
      messages: this.#messages,
      rows: decodings,
      maxTokens,
      stop,
      seed,
      firstRow,
      topCount,
      distributions,
      ...(chatBody === null ? {} : { chatBody })
    }
  }
}

/** A finished row as a generation of Qualm's own. */
export function toGeneration(row: OutputRow): Generation {
  return {
    text: row.text,
    tokens: row.tokens?.map(toToken) ?? null,
    finishReason: row.finishReason,
    basis: row.tokens === null ? 'unknown' : (row.basis ?? 'pre_sampling'),
    source: 'generated',
    ...(row.lack === undefined ? {} : { lack: row.lack })
  }
}

/** A token of a model as evidence: never above 0, never below the floor. */
export function toToken(token: OutputToken): Token {
  const censored = token.censored === true || token.logprob < CENSORED_VALUE
  return {
    text: token.end ? '' : token.text,
    id: token.id,
    logprob: bounded(token.logprob),
    entropy: token.entropy === null ? null : Math.max(0, token.entropy),
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
