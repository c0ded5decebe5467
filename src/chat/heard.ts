/** What a stream of chunks has said so far. */
import type { HeardChoice } from './contract.js'
import { isJson, logprobsOf, reasoningOf, toldOnly } from './incoming.js'

interface OpenChoice {
  text: string
  hasText: boolean
  /** Tools were called or the answer was refused. */
  isElsewhere: boolean
  finishReason: string | null
  reasoning: string
  logprobs: unknown[] | null
}

/** Listens to the chunks of one answer. */
export class Heard {
  readonly #choices = new Map<number, OpenChoice>()
  #head: Readonly<Record<string, unknown>> = {}
  #failed = false
  #usage: Readonly<Record<string, unknown>> | null = null

  /** The server has said that it failed. */
  get failed(): boolean {
    return this.#failed
  }

  /** Whether every choice that began has ended. */
  get isFinished(): boolean {
    const choices = [...this.#choices.values()]
    return choices.length > 0 && choices.every(({ finishReason }) => finishReason !== null)
  }

  /** What all chunks of the stream have in common. */
  get head(): Readonly<Record<string, unknown>> {
    return this.#head
  }

  /** Tokens as the server counted them; null when it did not. */
  get usage(): Readonly<Record<string, unknown>> | null {
    return this.#usage
  }

  /** Takes one chunk in. */
  hear(chunk: Readonly<Record<string, unknown>>): void {
    if (chunk['error'] !== undefined && chunk['error'] !== null) this.#failed = true
    const { choices, id, created, model, usage } = chunk
    if (isJson(usage)) this.#usage = usage
    if (typeof id === 'string' && this.#head['id'] === undefined) this.#head = { id, created, model }
    for (const choice of Array.isArray(choices) ? (choices as readonly unknown[]) : []) {
      if (isJson(choice)) this.#choice(choice)
    }
  }

  /** The choices as they stand. */
  choices(): readonly HeardChoice[] {
    return [...this.#choices].map(([index, { text, hasText, isElsewhere, finishReason, reasoning, logprobs }]) => ({
      index,
      text: text === '' && (isElsewhere || !hasText) ? null : text,
      finishReason,
      reasoning,
      logprobs: toldOnly(logprobs)
    }))
  }

  #choice(choice: Readonly<Record<string, unknown>>): void {
    const index = typeof choice['index'] === 'number' ? choice['index'] : 0
    const open = this.#choices.get(index) ?? NOTHING()
    this.#choices.set(index, open)
    const delta = isJson(choice['delta']) ? choice['delta'] : {}
    if (typeof delta['content'] === 'string') {
      open.text += delta['content']
      open.hasText = true
    }
    open.reasoning += reasoningOf(delta)
    if ([delta['tool_calls'], delta['function_call'], delta['refusal']].some(Boolean)) open.isElsewhere = true
    if (typeof choice['finish_reason'] === 'string') open.finishReason = choice['finish_reason']
    const tokens = logprobsOf(choice)
    if (tokens === null) return
    open.logprobs ??= []
    for (const token of tokens) open.logprobs.push(token)
  }
}

const NOTHING = (): OpenChoice => ({
  text: '',
  hasText: false,
  isElsewhere: false,
  finishReason: null,
  reasoning: '',
  logprobs: null
})
