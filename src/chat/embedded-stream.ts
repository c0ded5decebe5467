/** The embedded model's answer as a stream of OpenAI's chunks, a chunk for every piece of text that is certain. */
import type { GenerateOptions, Output, OutputRow, OutputToken } from '../engine/engine.js'
import { logprobsOf, toldToken, usageOf, type Head } from './embedded-answer.js'
import type { EmbeddedSettings } from './embedded-settings.js'
import { eventOf } from './events.js'
import { heldBack } from './held-back.js'

type Piece = { readonly row: number; readonly token: OutputToken } | { readonly ended: OutputRow }

/** Hands over what a model tells, in order, to one reader. */
export class Pieces implements AsyncIterable<Piece> {
  readonly #waiting: Piece[] = []
  #wake: () => void = () => undefined
  #isOver = false
  readonly result: Promise<Output>

  /** Starts what tells. */
  constructor(start: (listen: Required<Pick<GenerateOptions, 'onRow' | 'onToken'>>) => Promise<Output>) {
    this.result = start({
      onToken: (row, token) => this.#push({ row, token }),
      onRow: (ended) => this.#push({ ended })
    }).finally(() => {
      this.#isOver = true
      this.#wake()
    })
    this.result.catch(() => undefined)
  }

  /** Resolves with the first piece, or rejects with what kept it from coming. */
  async started(): Promise<void> {
    while (this.#waiting.length === 0 && !this.#isOver) await this.#next()
    if (this.#waiting.length === 0) await this.result
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Piece> {
    for (;;) {
      const piece = this.#waiting.shift()
      if (piece !== undefined) yield piece
      else if (this.#isOver) return
      else await this.#next()
    }
  }

  #next(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }

  #push(piece: Piece): void {
    this.#waiting.push(piece)
    this.#wake()
  }
}

/** One row on its way out. */
class RowSender {
  readonly #settings: EmbeddedSettings
  #unsent = ''
  #sent = 0
  #sentTokens = 0
  #held: OutputToken[] = []

  constructor(settings: EmbeddedSettings) {
    this.#settings = settings
  }

  /** The text and the tokens that are certain with this token; null: none yet. */
  add(token: OutputToken): { readonly text: string; readonly logprobs: object | null } | null {
    if (token.end) return null
    this.#held.push(token)
    this.#unsent += token.text
    const { stop, topCount } = this.#settings
    const text = this.#unsent
    // What was sent could begin no stop string: one that is there stands in what was not.
    if (text === '' || stop.some((each) => text.includes(each)) || heldBack(text, stop) > 0) return null
    const content = topCount === null ? null : this.#held.map((each) => toldToken(each, topCount))
    this.#sent += text.length
    this.#unsent = ''
    this.#sentTokens += this.#held.length
    this.#held = []
    return { text, logprobs: content && { content, refusal: null } }
  }

  /** What is left when the row has ended: text that was held back, as far as it is no stop string. */
  rest(row: OutputRow): { readonly text: string; readonly logprobs: object | null } {
    const { topCount } = this.#settings
    const content = topCount === null ? null : logprobsOf(row, topCount).content.slice(this.#sentTokens)
    return { text: row.text.slice(this.#sent), logprobs: content && { content, refusal: null } }
  }
}

/** The chunks of an answer as events, without what comes after its last choice has ended. */
export async function* embeddedChunks(
  pieces: Pieces,
  head: Head,
  settings: EmbeddedSettings
): AsyncGenerator<string, Output> {
  const senders = new Map<number, RowSender>()
  const common = { id: head.id, object: 'chat.completion.chunk', created: head.created, model: head.model }
  const chunk = (index: number, delta: object, logprobs: object | null, finish: string | null) =>
    eventOf(JSON.stringify({ ...common, choices: [{ index, delta, logprobs, finish_reason: finish }] }))
  const senderOf = (index: number): { sender: RowSender; opening: string } => {
    const known = senders.get(index)
    if (known !== undefined) return { sender: known, opening: '' }
    const sender = new RowSender(settings)
    senders.set(index, sender)
    return { sender, opening: chunk(index, { role: 'assistant', content: '', refusal: null }, null, null) }
  }
  for await (const piece of pieces) {
    const index = 'ended' in piece ? piece.ended.index : piece.row
    const { sender, opening } = senderOf(index)
    if (opening !== '') yield opening
    if ('ended' in piece) {
      const { text, logprobs } = sender.rest(piece.ended)
      if (text !== '') yield chunk(index, { content: text }, logprobs, null)
      yield chunk(index, {}, null, piece.ended.finishReason)
    } else {
      const certain = sender.add(piece.token)
      if (certain !== null) yield chunk(index, { content: certain.text }, certain.logprobs, null)
    }
  }
  const output = await pieces.result
  if (settings.includeUsage) yield eventOf(JSON.stringify({ ...common, choices: [], usage: usageOf(output) }))
  return output
}
