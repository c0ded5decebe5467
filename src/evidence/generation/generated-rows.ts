/** The greedy answer and the samples that Qualm decodes itself: rows of one call, so that the prompt is read once. */
import type { Decoding, GeneratedToken, GenerateRequest, Row } from '../../engine/engine.js'
import type { Generation, Token } from '../../scorer.js'
import type { Asker } from '../asker.js'
import type { EvidenceInput } from '../input.js'

const GREEDY: Decoding = { temperature: 0, topP: 1, topK: null }
/** As for supplied values: what a log-softmax cannot resolve is only a bound. */
const CENSORED_VALUE = -100

/** A decoded text with its tokens. */
export type Decoded = Generation & { readonly tokens: readonly Token[] }

/** One promise per planned row. Each settles as soon as its row is finished. */
export interface GeneratedRows {
  /** Null when no greedy row was planned. */
  readonly greedy: Promise<Decoded> | null
  readonly samples: readonly Promise<Decoded>[]
}

/** Starts the one call that decodes all planned rows. */
export function generateRows(input: EvidenceInput, messages: GenerateRequest['messages'], ask: Asker): GeneratedRows {
  const greedyCount = input.rows.greedy ? 1 : 0
  const decodings = [
    ...Array.from({ length: greedyCount }, () => GREEDY),
    ...Array.from({ length: input.rows.samples }, () => input.sampling)
  ]
  const slots = decodings.map(() => deferred<Decoded>())
  const settle = (row: Row): void => slots[row.index]?.resolve(toGeneration(row))
  const request = {
    model: input.model,
    messages,
    rows: decodings,
    maxTokens: input.maxTokens,
    stop: input.stop,
    seed: input.seed,
    topCount: input.topCount
  }
  ask.generate(request, settle).then(
    (result) => result.rows.forEach(settle),
    (error: unknown) => slots.forEach((slot) => slot.reject(error))
  )
  const promises = slots.map((slot) => slot.promise)
  return { greedy: greedyCount === 1 ? promises[0]! : null, samples: promises.slice(greedyCount) }
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
    end: token.end
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
