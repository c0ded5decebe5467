/** The rows of a request as calls to a server: which rows share a call, and with which seed each is drawn. */
import type { Decoding, GenerateRequest, Message, OptionsRequest } from '../engine/engine.js'
import { QualmError } from '../errors.js'
import { derivedSeed } from '../math/random.js'
import type { Drawing } from './contract.js'

/** One call and the rows that its choices become, in order. */
export interface Call {
  readonly rows: readonly number[]
  readonly drawing: Drawing
}

/** Seeds are told as positive 31-bit numbers, which every server takes. */
const SEED_MASK = 0x7fff_ffff

/** Seed of a row: fixed by the request's seed and the place of the row among all that were drawn with it. */
export function seedOfRow({ seed, firstRow = 0 }: GenerateRequest, row: number): number {
  return derivedSeed(seed, firstRow + row) & SEED_MASK
}

/** The calls for these rows, each with as many choices as one call may ask for. */
export function callsFor(
  request: GenerateRequest,
  rows: readonly number[],
  perCall: number,
  topCount: number | null
): readonly Call[] {
  return groupRows(request, rows).flatMap((group) => {
    const size = group[0] !== undefined && request.rows[group[0]]!.temperature === 0 ? 1 : perCall
    return Array.from({ length: Math.ceil(group.length / size) }, (_, c) => {
      const part = group.slice(c * size, (c + 1) * size)
      return { rows: part, drawing: drawingOf(request, part, topCount) }
    })
  })
}

/** Rows of equal decoding, in order. */
function groupRows(request: GenerateRequest, rows: readonly number[]): readonly (readonly number[])[] {
  const groups = new Map<string, number[]>()
  for (const row of rows) {
    const key = JSON.stringify(request.rows[row])
    groups.set(key, [...(groups.get(key) ?? []), row])
  }
  return [...groups.values()]
}

function drawingOf(request: GenerateRequest, rows: readonly number[], topCount: number | null): Drawing {
  const { messages, prefill = '', chatBody = null, maxTokens, stop } = request
  const { temperature, topP, topK }: Decoding = request.rows[rows[0]!]!
  const seed = seedOfRow(request, rows[0]!)
  return { messages, prefill, chatBody, temperature, topP, topK, maxTokens, stop, seed, n: rows.length, topCount }
}

/** Words of a server that offers fewer alternatives than it was asked for. */
const FEWER = /top_?logprobs|max|greater|at most|less|between|range/iu
const STEPS = [5, 1, 0] as const

/** The next number of alternatives to try below this one; null: no log-probabilities at all. */
export const stepBelow = (topCount: number): number | null => STEPS.find((step) => step < topCount) ?? null

/**
 * Alternatives to ask for after a refusal; null: no log-probabilities at all; undefined: it was about something else.
 *
 * @param topCount what was asked for
 */
export function fewerAlternatives(topCount: number | null, error: unknown): number | null | undefined {
  const isRefusal = error instanceof QualmError && error.code === 'QUALM_ERR_UPSTREAM_REFUSED'
  if (topCount === null || !isRefusal || !/log_?prob/iu.test(error.message)) return undefined
  return FEWER.test(error.message) ? stepBelow(topCount) : null
}

/** Messages whose last turn of the user ends with the words that the answer was to begin with. */
function cued(messages: readonly Message[], cue: string): readonly Message[] {
  const last = messages.findLastIndex(({ role }) => role === 'user')
  return messages.map((turn, i) => (i === last ? { ...turn, content: `${turn.content}\n${cue}` } : turn))
}

/**
 * Draws the first token of an answer. A server that does not continue an answer is given its beginning as the end of the
 * question, as prompts for such servers have it.
 */
export function firstTokenDrawing(request: OptionsRequest, continues: boolean, topCount: number | null): Drawing {
  const { messages, prefill } = request
  const asked = continues || prefill === '' ? { messages, prefill } : { messages: cued(messages, prefill), prefill: '' }
  const greedy = { temperature: 0, topP: 1, topK: null }
  return { ...asked, ...greedy, chatBody: null, maxTokens: 1, stop: [], seed: 0, n: 1, topCount }
}
